package io.waxwing.stomp.netty;

/** What a connection can reach: the node, and other connections that wait for replies. */
record Reach(Buses buses, ReplyQueues replies) {}
