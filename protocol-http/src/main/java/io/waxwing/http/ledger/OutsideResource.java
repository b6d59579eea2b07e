package io.waxwing.http.ledger;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.http.exchange.ETags;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.Problem;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.spi.AnchoredCheckpoint;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/** What outside systems have of this ledger: the latest cosigned checkpoint, and checkpoints on other chains. */
public final class OutsideResource {
    private final Supplier<ByteString> witnessed;
    private final Supplier<List<AnchoredCheckpoint>> anchored;

    public OutsideResource(Supplier<ByteString> witnessed, Supplier<List<AnchoredCheckpoint>> anchored) {
        this.witnessed = witnessed;
        this.anchored = anchored;
    }

    /** Not the latest checkpoint: publishing never waits for an outside witness. */
    HttpResponse witnessed(Exchange exchange) {
        ByteString note = witnessed.get();
        if (note.size() == 0) {
            throw Problem.of(FailureCode.NOT_FOUND, "no outside witness has cosigned a checkpoint for this node yet")
                    .asException();
        }
        return answer(exchange, MediaType.PLAIN_TEXT_UTF_8, note.toBytes());
    }

    /** A list, the newest first. Numbers of 64 bits are strings. */
    HttpResponse anchors(Exchange exchange) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (AnchoredCheckpoint one : anchored.get()) {
            ObjectNode item = list.addObject();
            item.put("anchor", one.anchor());
            item.put("chainId", Long.toString(one.chainId()));
            item.put("transaction", "0x" + one.transaction().hex());
            item.put("blockNumber", Long.toString(one.blockNumber()));
            item.put("blockHash", "0x" + one.blockHash().hex());
            item.put("treeSize", Long.toString(one.treeSize()));
            item.put("root", one.root().hex());
            item.put("atMs", one.atMs());
        }
        return answer(exchange, MediaType.JSON, list.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static HttpResponse answer(Exchange exchange, MediaType type, byte[] body) {
        ResponseHeaders headers = ResponseHeaders.builder(HttpStatus.OK)
                .contentType(type)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-cache")
                .set(HttpHeaderNames.ETAG, ETags.of(body))
                .build();
        return ETags.answer(exchange, headers, HttpData.wrap(body));
    }
}
