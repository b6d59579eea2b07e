package io.waxwing.http.webhook;

import io.netty.channel.EventLoopGroup;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * On what webhooks run; whoever gives it ends it.
 *
 * @param thread owns all of them, never waits; drops what comes after its end
 * @param lookups where names are looked up; may wait, may refuse
 * @param loops for connections to receivers
 */
public record WebhookRun(ScheduledExecutorService thread, Executor lookups, EventLoopGroup loops) {}
