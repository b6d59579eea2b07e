package io.waxwing.http.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.http.fake.MemoryLedger;
import io.waxwing.http.fake.TestNode;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.spi.AnchoredCheckpoint;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerApiTest {
    private static final TestNode NODE = new TestNode();

    @AfterAll
    static void stop() {
        NODE.close();
    }

    @Test
    void theLatestCheckpointIsAskedForEachTimeAndOldOnesKeepForEver() {
        HttpResponse<String> latest = NODE.get("/ledger/checkpoint");
        assertThat(latest.body()).startsWith("ledger.example\n300\n");
        assertThat(latest.headers().firstValue("content-type")).contains("text/plain; charset=utf-8");
        assertThat(latest.headers().firstValue("cache-control")).contains("no-cache");
        HttpResponse<String> old = NODE.get("/ledger/checkpoint/100");
        assertThat(old.body()).startsWith("ledger.example\n100\n");
        assertThat(old.headers().firstValue("cache-control")).contains("public, max-age=31536000, immutable");
        assertThat(NODE.get("/ledger/checkpoint/101").statusCode()).isEqualTo(404);
        assertThat(NODE.get("/ledger/checkpoint/x").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"0/000,8192,0", "0/001.p/44,1408,1", "0/001.p/3,96,1", "1/000.p/1,32,16"})
    void aTileIsItsHashes(String path, int bytes, int first) {
        HttpResponse<byte[]> tile = NODE.bytes("/ledger/tile/" + path);
        assertThat(tile.statusCode()).isEqualTo(200);
        assertThat(tile.body()).hasSize(bytes).startsWith(first);
        assertThat(tile.headers().firstValue("content-type")).contains("application/octet-stream");
        assertThat(tile.headers().firstValue("cache-control")).contains("public, max-age=31536000, immutable");
        assertThat(tile.headers().firstValue("etag").orElseThrow()).matches("\"[A-Za-z0-9_-]{24}\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0/001", "0/001.p/45", "0/002.p/1", "2/000.p/1", "0/000.p/0", "0/000.p/256", "0/000.p/07", "0/0",
                        "0/x000/000",
                "0/1000", "00/000", "64/000", "-1/000", "entries/x000/001", "entries/1", "0/x001/x234/067", "0", "",
            })
    void whatIsNoTileOrNotCoveredYetIs404(String path) {
        assertThat(NODE.get("/ledger/tile/" + path).statusCode()).isIn(404, 400);
        if (!path.isEmpty()) {
            assertThat(NODE.get("/ledger/tile/" + path).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void anchorsOnOtherChainsAreAListAndNumbersOf64BitsAreStrings() {
        assertThat(NODE.get("/ledger/anchors").body()).isEqualTo("[]");
        Hash one = Hash.fromHex("11".repeat(32));
        NODE.anchored = List.of(new AnchoredCheckpoint("evm", 1, one, Long.MAX_VALUE, one, 300, Hash.ZERO, 5));
        HttpResponse<String> answer = NODE.get("/ledger/anchors");
        assertThat(answer.headers().firstValue("cache-control")).contains("no-cache");
        assertThat(answer.body())
                .isEqualTo("[{\"anchor\":\"evm\",\"chainId\":\"1\",\"transaction\":\"0x" + "11".repeat(32)
                        + "\",\"blockNumber\":\"9223372036854775807\",\"blockHash\":\"0x" + "11".repeat(32)
                        + "\",\"treeSize\":\"300\",\"root\":\"" + "00".repeat(32) + "\",\"atMs\":5}]");
    }

    @Test
    void groupedIndexesAreRead() {
        assertThat(TilePath.parse(List.of("0", "x001", "x234", "067"))).isEqualTo(new TilePath(0, 1_234_067, 256));
        assertThat(TilePath.parse(List.of("entries", "x001", "000.p", "7")))
                .isEqualTo(new TilePath(TilePath.ENTRIES, 1_000, 7));
    }

    @Test
    void entryBundlesAreServed() {
        assertThat(NODE.get("/ledger/tile/entries/000").body()).isEqualTo("bundle 0 of 256");
        assertThat(NODE.get("/ledger/tile/entries/001.p/44").body()).isEqualTo("bundle 1 of 44");
        assertThat(NODE.get("/ledger/tile/entries/001").statusCode()).isEqualTo(404);
    }

    @Test
    void anUnchangedTileIs304() {
        String tag = NODE.get("/ledger/tile/0/000").headers().firstValue("etag").orElseThrow();
        HttpResponse<String> again = NODE.get("/ledger/tile/0/000", "if-none-match", tag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void trustIsServedAsItsExactBytes() {
        assertThat(NODE.get("/ledger/trust").body()).isEqualTo(MemoryLedger.POLICY);
        assertThat(NODE.bytes("/ledger/trust.chain").body()).containsExactly(1, 2, 3);
    }

    @Test
    void aTopicsHeadIsItsRecord() {
        assertThat(NODE.bytes("/ledger/topic/" + "0".repeat(64) + "/head").body())
                .hasSize(80);
        assertThat(NODE.get("/ledger/topic/" + "1".repeat(64) + "/head").statusCode())
                .isEqualTo(404);
        assertThat(NODE.get("/ledger/topic/xyz/head").statusCode()).isEqualTo(404);
    }

    @Test
    void aNodeThatWitnessesNothingKnowsNoLog() {
        assertThat(NODE.post("/ledger/add-checkpoint", "old 0\n\n").statusCode())
                .isEqualTo(404);
        assertThat(NODE.get("/ledger/witness").statusCode()).isEqualTo(404);
        assertThat(NODE.get("/ledger/add-checkpoint").statusCode()).isEqualTo(405);
        assertThat(NODE.post("/ledger/witness", "x").statusCode()).isEqualTo(405);
        assertThat(NODE.post("/ledger/add-checkpoint", "x".repeat(70_000)).statusCode())
                .isEqualTo(413);
    }

    @Test
    void whatIsNoRangeIs404() {
        for (String path : new String[] {"0-1", "x", "1", "01-2", "-1", "1-2/3"}) {
            assertThat(NODE.get("/ledger/topic/" + "1".repeat(64) + "/range/" + path)
                            .statusCode())
                    .as(path)
                    .isEqualTo(404);
        }
    }

    @Test
    void theLedgerIsReadOnly() {
        HttpResponse<String> answer = NODE.post("/ledger/checkpoint", "x");
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).contains("GET, HEAD");
        assertThat(NODE.get("/ledger/checkpoint?x=1").statusCode()).isEqualTo(400);
        assertThat(NODE.get("/ledger").statusCode()).isEqualTo(404);
    }

    @Test
    void damageIsToldAndNeverServed() {
        try (TestNode damaged = new TestNode()) {
            damaged.ledger.damage();
            HttpResponse<String> answer = damaged.get("/ledger/tile/0/000");
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(TestNode.json(answer).get("detail").asText()).contains("WXW-3110");
        }
    }
}
