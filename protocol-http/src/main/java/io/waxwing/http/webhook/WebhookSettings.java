package io.waxwing.http.webhook;

/**
 * Bounds of webhooks.
 *
 * @param max of this node
 * @param maxPerUser of one user; does not hold while the node asks for nobody
 * @param privateNetworks whether they may go to addresses that are not public, and without TLS
 * @param handshake whether a receiver has to say first that it wants them (CloudEvents, HTTP 1.1 Web Hooks, section 4)
 * @param timeoutMs longest wait for an answer
 * @param origin what receivers are asked to allow: the host name of the ledger's origin
 */
public record WebhookSettings(
        int max, int maxPerUser, boolean privateNetworks, boolean handshake, long timeoutMs, String origin) {}
