package io.waxwing.http.weevent;

import io.waxwing.http.exchange.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Blocks, transactions and nodes in pages, the newest first. Reads the store: for pools. */
final class ChainPages {
    /** Blocks that are looked through for a hash, and for transactions of a page. */
    private static final int MAX_LOOKED_AT = 1_000;

    private final Chain chain;

    ChainPages(Chain chain) {
        this.chain = chain;
    }

    /**
     * Which page of what.
     *
     * @param page from 0
     * @param name a hash or a node's name; null: all
     * @param block a height; null: all
     */
    record Wish(
            int page,
            int size,
            @Nullable String name,
            @Nullable Long block) {
        long first() {
            return (long) page * size;
        }
    }

    /** A transaction and the block it is in. */
    private record Placed(Chain.Transaction transaction, Chain.Block block) {}

    String blocks(Wish wish) {
        if (wish.block() != null) {
            Chain.Block one = chain.block(wish.block());
            boolean named = one != null && (wish.name() == null || isHash(wish.name(), one.hash()));
            return page(wish, named ? 1 : 0, named ? List.of(one) : List.of(), this::write);
        }
        long top = chain.height();
        if (wish.name() != null) {
            List<Chain.Block> found = new ArrayList<>();
            for (long height = top; height > Math.max(0, top - MAX_LOOKED_AT) && found.isEmpty(); height--) {
                Chain.Block block = chain.block(height);
                if (block != null && isHash(wish.name(), block.hash())) {
                    found.add(block);
                }
            }
            requireFound(found, top, "pkHash");
            return page(wish, found.size(), found, this::write);
        }
        List<Chain.Block> found = new ArrayList<>();
        for (long height = top - wish.first(); height >= 1 && found.size() < wish.size(); height--) {
            Chain.Block block = chain.block(height);
            if (block != null) {
                found.add(block);
            }
        }
        return page(wish, top, found, this::write);
    }

    /** An empty answer would say that there is none, where only nobody looked further. */
    private static void requireFound(List<?> found, long top, String parameter) {
        if (found.isEmpty() && top > MAX_LOOKED_AT) {
            throw new WeEventFault(
                    WeEventCode.INPUT,
                    parameter + " is not in the last " + MAX_LOOKED_AT + " blocks; say blockNumber too");
        }
    }

    String transactions(Wish wish) {
        if (wish.block() != null) {
            Chain.Block block = chain.block(wish.block());
            List<Placed> all = block == null ? List.of() : named(wish, block);
            return page(wish, all.size(), cut(all, wish), ChainPages::write);
        }
        if (wish.name() != null) {
            List<Placed> found = new ArrayList<>();
            long top = chain.height();
            for (long height = top; height > Math.max(0, top - MAX_LOOKED_AT) && found.isEmpty(); height--) {
                Chain.Block block = chain.block(height);
                if (block != null) {
                    found.addAll(named(wish, block));
                }
            }
            requireFound(found, top, "transactionHash");
            return page(wish, found.size(), found, ChainPages::write);
        }
        return page(wish, chain.transactions(), newest(wish), ChainPages::write);
    }

    private List<Placed> named(Wish wish, Chain.Block block) {
        return chain.transactions(block).stream()
                .filter(each -> wish.name() == null || isHash(wish.name(), each.hash()))
                .map(each -> new Placed(each, block))
                .toList();
    }

    /** Counts blocks by what they have, and opens those of the page alone. */
    private List<Placed> newest(Wish wish) {
        List<Placed> found = new ArrayList<>();
        long skip = wish.first();
        int looked = 0;
        for (long height = chain.height(); height >= 0 && found.size() < wish.size(); height--) {
            Chain.Block block = chain.block(height);
            if (block == null || block.transactions() <= skip) {
                skip -= block == null ? 0 : block.transactions();
                if (++looked > MAX_LOOKED_AT) {
                    throw new WeEventFault(
                            WeEventCode.INPUT,
                            "the page is more than " + MAX_LOOKED_AT + " blocks back; say blockNumber");
                }
                continue;
            }
            List<Chain.Transaction> all = chain.transactions(block);
            for (int i = all.size() - 1 - (int) skip; i >= 0 && found.size() < wish.size(); i--) {
                found.add(new Placed(all.get(i), block));
            }
            skip = 0;
        }
        return found;
    }

    String nodes(Wish wish) {
        List<Chain.Node> all = chain.nodes().stream()
                .filter(node -> wish.name() == null || node.name().equals(wish.name()))
                .toList();
        return page(
                wish,
                all.size(),
                cut(all, wish),
                (json, node) -> json.open()
                        .member("nodeId", node.id())
                        .member("nodeName", node.name())
                        .member("nodeType", node.votes() ? "sealer" : "observer")
                        .member("blockNumber", chain.height())
                        .close());
    }

    private static <T> List<T> cut(List<T> all, Wish wish) {
        int from = (int) Math.min(all.size(), wish.first());
        return all.subList(from, Math.min(all.size(), from + wish.size()));
    }

    private static boolean isHash(String given, String hash) {
        return (given.startsWith("0x") ? given.substring(2) : given).equalsIgnoreCase(hash);
    }

    private void write(JsonText json, Chain.Block block) {
        json.open()
                .member("pkHash", "0x" + block.hash())
                .member("blockNumber", block.height())
                .member("blockTimestamp", block.timeMs())
                .member("transCount", block.transactions())
                .member("sealerIndex", 0)
                .member("sealer", "")
                .close();
    }

    private static void write(JsonText json, Placed placed) {
        json.open()
                .member("transHash", "0x" + placed.transaction().hash())
                .member("transFrom", placed.transaction().from())
                .member("transTo", placed.transaction().kind())
                .member("blockNumber", placed.block().height())
                .member("blockTimestamp", placed.block().timeMs())
                .close();
    }

    private static <T> String page(Wish wish, long total, List<T> items, BiConsumer<JsonText, T> write) {
        JsonText json = new JsonText()
                .open()
                .member("total", total)
                .member("pageIndex", wish.page() + 1L)
                .member("pageSize", wish.size())
                .name("pageData")
                .openArray();
        items.forEach(item -> write.accept(json.element(), item));
        return json.closeArray().close().toString();
    }
}
