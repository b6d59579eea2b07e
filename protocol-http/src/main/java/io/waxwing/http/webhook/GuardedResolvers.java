package io.waxwing.http.webhook;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.resolver.InetSocketAddressResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;

/**
 * Names to addresses by the system's own resolver, but for addresses that may not be asked: the address that was judged
 * is the one that is connected to, so a name that means something else the next moment does not help.
 */
final class GuardedResolvers extends AddressResolverGroup<InetSocketAddress> {
    private final Executor lookups;
    private final Predicate<InetAddress> allowed;

    /** {@code lookups} may wait. */
    GuardedResolvers(Executor lookups, Predicate<InetAddress> allowed) {
        this.lookups = lookups;
        this.allowed = allowed;
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new InetSocketAddressResolver(executor, new InetNameResolver(executor) {
            @Override
            protected void doResolve(String host, Promise<InetAddress> promise) {
                lookUp(promise, () -> addresses(host).get(0));
            }

            @Override
            protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
                lookUp(promise, () -> addresses(host));
            }
        });
    }

    private interface Lookup<T> {
        T run() throws UnknownHostException;
    }

    private <T> void lookUp(Promise<T> promise, Lookup<T> lookup) {
        try {
            lookups.execute(() -> {
                try {
                    promise.trySuccess(lookup.run());
                } catch (UnknownHostException unknown) {
                    promise.tryFailure(unknown);
                }
            });
        } catch (RejectedExecutionException full) {
            promise.tryFailure(full);
        }
    }

    private List<InetAddress> addresses(String host) throws UnknownHostException {
        List<InetAddress> good =
                Arrays.stream(InetAddress.getAllByName(host)).filter(allowed).toList();
        if (good.isEmpty()) {
            throw new UnknownHostException(host + " has no address that may be asked");
        }
        return good;
    }
}
