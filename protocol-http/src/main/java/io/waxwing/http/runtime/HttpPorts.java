package io.waxwing.http.runtime;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.waxwing.bus.spi.ActLog;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.spi.EventErasure;
import io.waxwing.bus.spi.EventReader;
import io.waxwing.bus.spi.HealthSource;
import io.waxwing.bus.spi.ReceiptSource;
import io.waxwing.bus.spi.TopicDirectory;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.exchange.Origins;
import io.waxwing.http.file.SharedFiles;
import io.waxwing.http.grants.LedgerGrants;
import io.waxwing.http.members.Consortium;
import io.waxwing.http.operate.Operations;
import io.waxwing.http.processing.Processing;
import io.waxwing.http.processing.Schedules;
import io.waxwing.http.pull.Subscriptions;
import io.waxwing.http.rules.Rules;
import io.waxwing.http.webhook.WebhookSettings;
import io.waxwing.http.weevent.Chain;
import io.waxwing.http.weevent.WeEventSettings;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.spi.AnchoredCheckpoint;
import io.waxwing.ledger.spi.LedgerReader;
import io.waxwing.ledger.witness.CheckpointWitness;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the HTTP port needs of the node.
 *
 * @param erasure erases events
 * @param witness this node as a witness of other logs
 * @param witnessed the latest checkpoint that outside witnesses cosigned; empty before the first
 * @param anchored checkpoints on other chains, the newest first, not too many for one answer
 * @param rules what is asked of events
 * @param processing rules that make events of events
 * @param schedules what is published at times
 * @param files files that members share
 * @param institution name of the node's institution, part of the source of plain bodies
 * @param cursorKey 32 random bytes of the data folder, see {@link io.waxwing.http.stream.CursorSeal}; read once
 * @param grants claims and grants of the ledger
 * @param operations what the node does for its operator
 * @param operatorToken what the operator's requests carry
 * @param authentication who may come in
 * @param webSocketOrigins pages that may connect by WebSocket
 * @param corsOrigins pages that may use the rest
 * @param chain the ledger in the words of WeEvent's users
 * @param weEvent bounds of WeEvent's paths
 * @param acts where what is managed is written down
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
public record HttpPorts(
        EventBus bus,
        EventReader reader,
        TopicDirectory directory,
        Subscriptions subscriptions,
        Rules rules,
        Processing processing,
        Schedules schedules,
        SharedFiles files,
        WebhookSettings webhooks,
        EventErasure erasure,
        ReceiptSource receipts,
        LedgerReader ledger,
        CheckpointWitness witness,
        Supplier<ByteString> witnessed,
        Supplier<List<AnchoredCheckpoint>> anchored,
        HealthSource health,
        PrometheusMeterRegistry registry,
        String institution,
        HttpSettings settings,
        byte[] cursorKey,
        Consortium consortium,
        LedgerGrants grants,
        String operatorToken,
        Operations operations,
        Authentication authentication,
        ActLog acts,
        Origins webSocketOrigins,
        Origins corsOrigins,
        Chain chain,
        WeEventSettings weEvent) {}
