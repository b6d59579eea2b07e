package io.waxwing.http.ledger;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.http.exchange.ETags;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.ProblemException;
import io.waxwing.http.exchange.SlowReads;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.merkle.Tile;
import io.waxwing.ledger.merkle.TileId;
import io.waxwing.ledger.receipt.RangeAssembler;
import io.waxwing.ledger.receipt.ReceiptAssembler;
import io.waxwing.ledger.spi.LedgerReader;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.ledger.verify.RangeProof;
import io.waxwing.ledger.witness.CheckpointWitness;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Everything under {@code /ledger} but receipts. */
public final class LedgerResources {
    private static final String FOREVER = "public, max-age=31536000, immutable";
    private static final String ASK_AGAIN = "no-cache";
    private static final Pattern BOUNDS = Pattern.compile("([1-9][0-9]{0,17})-([1-9][0-9]{0,17})");

    private final LedgerReader ledger;
    private final RangeProofs ranges;
    private final WitnessResource witness;
    private final OutsideResource outside;
    private final SlowReads slow;

    public LedgerResources(
            LedgerReader ledger,
            RangeProofs ranges,
            CheckpointWitness witness,
            OutsideResource outside,
            SlowReads slow) {
        this.ledger = ledger;
        this.witness = new WitnessResource(witness, slow);
        this.outside = outside;
        this.ranges = ranges;
        this.slow = slow;
    }

    /** Serves a path whose first piece is {@code ledger}. */
    public HttpResponse serve(Exchange exchange) {
        List<String> rest = exchange.pieces().subList(1, exchange.pieces().size());
        String first = rest.isEmpty() ? "" : rest.get(0);
        if (first.equals("add-checkpoint") && rest.size() == 1) {
            return witness.add(exchange);
        }
        if (first.equals("witness") && rest.size() == 1) {
            return witness.key(exchange);
        }
        exchange.allow(HttpMethod.GET);
        exchange.noQuery();
        if (first.equals("tile")) {
            return tile(exchange, rest.subList(1, rest.size()));
        }
        if (first.equals("checkpoint") && rest.size() <= 2) {
            return rest.size() == 1
                    ? latest(exchange)
                    : rest.get(1).equals("witnessed") ? outside.witnessed(exchange) : checkpoint(exchange, rest.get(1));
        }
        if (first.equals("anchors") && rest.size() == 1) {
            return outside.anchors(exchange);
        }
        if (first.equals("trust") && rest.size() == 1) {
            return slow.answer(() -> text(exchange, ledger.trustPolicy().toBytes(), FOREVER));
        }
        if (first.equals("trust.chain") && rest.size() == 1) {
            return slow.answer(() -> binary(exchange, ledger.trustChain().toBytes(), ASK_AGAIN));
        }
        if (first.equals("topic") && rest.size() == 3 && rest.get(2).equals("head")) {
            return topicHead(exchange, rest.get(1));
        }
        if (first.equals("topic") && rest.size() == 4 && rest.get(2).equals("range")) {
            return range(exchange, rest.get(1), rest.get(3));
        }
        throw notFound(
                "the ledger has checkpoint, checkpoint/<size>, checkpoint/witnessed, tile/…, receipt/<eventId>, trust, trust.chain"
                        + ", anchors, witness, add-checkpoint, topic/<tag>/head and topic/<tag>/range/<a>-<b>");
    }

    private HttpResponse latest(Exchange exchange) {
        return slow.answer(() -> {
            PublishedCheckpoint latest = ledger.latestCheckpoint();
            if (latest.treeSize() == 0) {
                throw notFound("no checkpoint yet: a quorum has not met since the ledger began");
            }
            return text(exchange, latest.note().toBytes(), ASK_AGAIN);
        });
    }

    private HttpResponse checkpoint(Exchange exchange, String size) {
        if (!size.matches("0|[1-9][0-9]{0,17}")) {
            throw notFound("checkpoint/<size> wants a tree size");
        }
        return slow.answer(() -> {
            PublishedCheckpoint checkpoint = ledger.checkpointAt(Long.parseLong(size));
            if (checkpoint == null) {
                throw notFound("no checkpoint of size " + size + " was published; the latest has size "
                        + ledger.latestCheckpoint().treeSize());
            }
            return text(exchange, checkpoint.note().toBytes(), FOREVER);
        });
    }

    private HttpResponse tile(Exchange exchange, List<String> pieces) {
        TilePath path = TilePath.parse(pieces);
        if (path == null) {
            throw notFound("want tile/<L>/<N>[.p/<W>] or tile/entries/<N>[.p/<W>] of C2SP tlog-tiles");
        }
        return slow.answer(() -> {
            byte[] bytes =
                    path.level() == TilePath.ENTRIES ? ledger.entries(path.number(), path.width()) : tileBytes(path);
            if (bytes == null) {
                throw notFound("the latest checkpoint, of size "
                        + ledger.latestCheckpoint().treeSize() + ", does not cover it");
            }
            return binary(exchange, bytes, FOREVER);
        });
    }

    private byte @org.jspecify.annotations.Nullable [] tileBytes(TilePath path) {
        Tile tile = ledger.tile(new TileId(path.level(), path.number()), path.width());
        return tile == null ? null : tile.truncated(path.width()).toBytes();
    }

    /**
     * The head record as it is hashed under headsRoot: tag, last topicSeq, leaf hash of its last SEGMENT, its index.
     */
    private HttpResponse topicHead(Exchange exchange, String tagHex) {
        Hash tag = tag(tagHex);
        return slow.answer(() -> {
            TopicHead head = ledger.topicHead(tag);
            if (head == null) {
                throw notFound("no segment of this tag is on the ledger");
            }
            return binary(exchange, head.encode(), ASK_AGAIN);
        });
    }

    private static Hash tag(String hex) {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw notFound("a topic's tag has 64 hex digits");
        }
        return Hash.of(HexFormat.of().parseHex(hex));
    }

    /** A range proof (layout: {@link RangeProof}) of the events a to b, as of the latest checkpoint. */
    private HttpResponse range(Exchange exchange, String tagHex, String bounds) {
        Hash tag = tag(tagHex);
        Matcher matcher = BOUNDS.matcher(bounds);
        if (!matcher.matches()) {
            throw notFound("range/<a>-<b> wants two topicSeq, the first and the last event");
        }
        long from = Long.parseLong(matcher.group(1));
        long to = Long.parseLong(matcher.group(2));
        return slow.answer(() -> {
            try {
                RangeProof proof = ranges.assemble(tag, from, to);
                if (proof == null) {
                    throw notFound("the topic has no events " + from + " to " + to + " under the latest checkpoint");
                }
                return binary(exchange, proof.encode(), ASK_AGAIN);
            } catch (LedgerFailure e) {
                throw refused(e);
            }
        });
    }

    /** What the asker can mend; anything else goes on. */
    private static RuntimeException refused(LedgerFailure failure) {
        String why = failure.text();
        return switch (failure.code()) {
            case ReceiptAssembler.NOT_YET ->
                Problem.of(FailureCode.RECEIPT_NOT_YET, why).asException();
            case RangeAssembler.TOO_LONG ->
                Problem.of(FailureCode.PARAMETER, why).asException();
            default -> failure;
        };
    }

    private static HttpResponse text(Exchange exchange, byte[] body, String caching) {
        return answer(exchange, MediaType.PLAIN_TEXT_UTF_8, body, caching);
    }

    private static HttpResponse binary(Exchange exchange, byte[] body, String caching) {
        return answer(exchange, MediaType.OCTET_STREAM, body, caching);
    }

    private static HttpResponse answer(Exchange exchange, MediaType type, byte[] body, String caching) {
        ResponseHeaders headers = ResponseHeaders.builder(HttpStatus.OK)
                .contentType(type)
                .set(HttpHeaderNames.CACHE_CONTROL, caching)
                .set(HttpHeaderNames.ETAG, ETags.of(body))
                .build();
        return ETags.answer(exchange, headers, HttpData.wrap(body));
    }

    private static ProblemException notFound(String detail) {
        return Problem.of(FailureCode.NOT_FOUND, detail).asException();
    }
}
