package io.waxwing.http.edge;

/**
 * What the edge is strict about.
 *
 * @param headMillis longest time until a request's line and headers are there, TLS included
 * @param onLate counts connections that were ended for it
 * @param onTransportFault counts connections whose TLS failed
 */
public record EdgeRules(long headMillis, Runnable onLate, Runnable onTransportFault) {}
