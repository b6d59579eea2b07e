package io.waxwing.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.note.AnchorData;
import io.waxwing.ledger.note.Checkpoint;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import io.waxwing.ledger.verify.CheckpointCheck;
import io.waxwing.ledger.verify.TrustChain;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whether a checkpoint stands on a chain: record, transaction, receipt, block, data, checkpoint, each link in turn. The
 * node is believed nothing: what it tells is only where to look.
 */
final class AnchorCheck {
    private static final String BROKEN = "WXW-3211";
    private static final Pattern HASH = Pattern.compile("0x[0-9a-f]{64}");
    private static final Pattern QUANTITY = Pattern.compile("0x[0-9a-fA-F]{1,64}");
    private static final Pattern DATA = Pattern.compile("0x([0-9a-fA-F]{2})*");

    private final Api node;
    private final ChainRpc chain;
    private final byte[] trustFile;

    AnchorCheck(Api node, ChainRpc chain, byte[] trustFile) {
        this.node = node;
        this.chain = chain;
        this.trustFile = trustFile;
    }

    /**
     * Verifies one record of the node.
     *
     * @param links takes a label and a text for each link that holds
     * @throws LedgerFailure naming the first link that does not
     */
    void verify(JsonNode told, List<String[]> links) {
        String transaction = told.path("transaction").asText();
        String blockHash = told.path("blockHash").asText();
        BigInteger blockNumber = decimal(told, "blockNumber");
        require(HASH.matcher(transaction).matches(), "record: the node tells no transaction");
        require(HASH.matcher(blockHash).matches(), "record: the node tells no block");

        BigInteger chainId = quantity(chain.call("eth_chainId"), "chain");
        require(
                chainId.equals(decimal(told, "chainId")),
                "chain: the endpoint is of chain " + chainId + ", the node tells "
                        + told.path("chainId").asText());
        links.add(new String[] {"chain", "id " + chainId});

        JsonNode found = chain.call("eth_getTransactionByHash", transaction);
        require(found.isObject(), "transaction: the chain has none with hash " + transaction);
        require(hash(found, "hash").equals(transaction), "transaction: the endpoint gives another one");
        require(
                hash(found, "blockHash").equals(blockHash)
                        && quantity(found.path("blockNumber"), "transaction").equals(blockNumber),
                "transaction: it is in another block than the node tells");
        links.add(new String[] {
            "transaction", transaction + " from " + found.path("from").asText()
        });

        JsonNode receipt = chain.call("eth_getTransactionReceipt", transaction);
        require(
                receipt.isObject()
                        && hash(receipt, "transactionHash").equals(transaction)
                        && hash(receipt, "blockHash").equals(blockHash),
                "receipt: none of this transaction in this block");
        require(quantity(receipt.path("status"), "receipt").equals(BigInteger.ONE), "receipt: the transaction failed");

        verifyBlock(transaction, blockHash, blockNumber, links);
        verifyData(told, found, links);
    }

    private void verifyBlock(String transaction, String blockHash, BigInteger number, List<String[]> links) {
        JsonNode block = chain.call("eth_getBlockByNumber", "0x" + number.toString(16), false);
        require(
                block.isObject() && hash(block, "hash").equals(blockHash),
                "block: the chain has another block " + number + " now");
        boolean isIn = false;
        for (JsonNode one : block.path("transactions")) {
            isIn |= one.asText().equalsIgnoreCase(transaction);
        }
        require(isIn, "block: it does not have the transaction");
        BigInteger seconds = quantity(block.path("timestamp"), "block");
        require(seconds.bitLength() < 40, "block: an impossible time");
        BigInteger latest = quantity(chain.call("eth_blockNumber"), "block");
        links.add(new String[] {
            "block",
            number + " of " + Instant.ofEpochSecond(seconds.longValue()) + ", "
                    + latest.subtract(number).add(BigInteger.ONE) + " confirmations"
        });
    }

    private void verifyData(JsonNode told, JsonNode transaction, List<String[]> links) {
        String input = transaction.path("input").asText();
        require(DATA.matcher(input).matches(), "data: the endpoint gives no bytes");
        AnchorData data;
        try {
            data = AnchorData.decode(ByteString.fromHex(input.substring(2).toLowerCase(Locale.ROOT)));
        } catch (LedgerFailure other) {
            throw new LedgerFailure(BROKEN, "data: " + other.text());
        }
        require(
                decimal(told, "treeSize").equals(BigInteger.valueOf(data.treeSize())),
                "data: the transaction has size " + data.treeSize() + ", the node tells "
                        + told.path("treeSize").asText());
        require(
                data.root().hex().equals(told.path("root").asText()),
                "data: the transaction has another root than the node tells");
        links.add(new String[] {
            "data", data.treeSize() + " leaves, root " + data.root().hex()
        });

        Api.Answer trustChain = node.get("/ledger/trust.chain");
        TrustChain.Walked walked = TrustChain.decode(ByteString.of(trustChain.body()))
                .walk(ByteString.of(trustFile), new JdkSignatureCheck());
        require(data.ledgerId().equals(walked.ledgerId()), "ledger: the transaction is of another ledger");
        links.add(new String[] {"ledger", walked.ledgerId().hex()});

        Api.Answer note = node.tryGet("/ledger/checkpoint/" + data.treeSize());
        require(note.status() == 200, "checkpoint: the node has none of size " + data.treeSize());
        CheckpointCheck.Verified verified = new CheckpointCheck(
                        walked.epochOf(data.treeSize()).policy(), new JdkSignatureCheck())
                .verify(SignedNote.parse(note.body()));
        Checkpoint checkpoint = verified.checkpoint();
        require(checkpoint.treeSize() == data.treeSize(), "checkpoint: the node gives one of another size");
        require(
                checkpoint.root().equals(data.root()),
                "checkpoint: the ledger's quorum signed root "
                        + checkpoint.root().hex() + " for this size: the ledger was forked, keep both");
        links.add(new String[] {"checkpoint", "cosigned by " + String.join(", ", verified.cosigners())});
    }

    private static BigInteger decimal(JsonNode told, String name) {
        String text = told.path(name).asText();
        require(text.matches("[0-9]{1,18}"), "record: the node tells no " + name);
        return new BigInteger(text);
    }

    private static BigInteger quantity(JsonNode value, String link) {
        require(QUANTITY.matcher(value.asText()).matches(), link + ": the endpoint gives no number");
        return new BigInteger(value.asText().substring(2), 16);
    }

    private static String hash(JsonNode from, String name) {
        return from.path(name).asText().toLowerCase(Locale.ROOT);
    }

    private static void require(boolean holds, String text) {
        if (!holds) {
            throw new LedgerFailure(BROKEN, text);
        }
    }
}
