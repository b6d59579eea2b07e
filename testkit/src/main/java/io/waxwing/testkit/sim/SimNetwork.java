package io.waxwing.testkit.sim;

import java.util.List;

/** Links between all nodes, each direction of its own: delay, loss, repetition, reordering and cuts. One thread. */
public final class SimNetwork {
    private final Agenda agenda;
    private final Chance chance;
    private final List<SimNode> nodes;
    private final boolean[][] cut;
    private final long[][] lagNanos;
    private Weather weather = Weather.CALM;
    private long sent;
    private long lost;
    private long repeated;
    private long blocked;

    SimNetwork(Agenda agenda, Chance chance, List<SimNode> nodes, int addresses) {
        this.agenda = agenda;
        this.chance = chance;
        this.nodes = nodes;
        this.cut = new boolean[addresses][addresses];
        this.lagNanos = new long[addresses][addresses];
    }

    public void weather(Weather newWeather) {
        weather = newWeather;
    }

    /** Nothing passes in that direction any more. */
    public void cut(int from, int to) {
        cut[from][to] = true;
    }

    /** Every message in that direction takes so much longer. */
    public void lag(int from, int to, long nanos) {
        lagNanos[from][to] = nanos;
    }

    public boolean isCut(int from, int to) {
        return cut[from][to];
    }

    /** Nodes of different sides hear nothing of each other; bit i of the mask is the side of address i. */
    public void split(long sides) {
        for (int from = 0; from < cut.length; from++) {
            for (int to = 0; to < cut.length; to++) {
                cut[from][to] = (sides >>> from & 1) != (sides >>> to & 1);
            }
        }
    }

    /** All links carry again, and at once. */
    public void heal() {
        for (int from = 0; from < cut.length; from++) {
            for (int to = 0; to < cut.length; to++) {
                cut[from][to] = false;
                lagNanos[from][to] = 0;
            }
        }
    }

    void carry(SimNode from, int toAddress, Letter letter) {
        sent++;
        if (cut[from.address()][toAddress]) {
            blocked++;
            return;
        }
        if (chance.perMille(weather.lossPerMille())) {
            lost++;
            return;
        }
        plan(from, toAddress, letter);
        if (chance.perMille(weather.repeatPerMille())) {
            repeated++;
            plan(from, toAddress, letter);
        }
    }

    private void plan(SimNode from, int toAddress, Letter letter) {
        long delay =
                weather.delayNanos() + lagNanos[from.address()][toAddress] + chance.between(0, weather.spreadNanos());
        if (chance.perMille(weather.stragglerPerMille())) {
            delay += chance.between(0, weather.stragglerNanos());
        }
        SimNode to = nodes.get(toAddress);
        agenda.after(delay, () -> to.deliver(from.identity(), letter));
    }

    public long sent() {
        return sent;
    }

    public long lost() {
        return lost;
    }

    public long repeated() {
        return repeated;
    }

    /** Messages that met a cut link. */
    public long blocked() {
        return blocked;
    }
}
