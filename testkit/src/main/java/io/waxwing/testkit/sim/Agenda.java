package io.waxwing.testkit.sim;

import java.util.Arrays;

/**
 * Virtual time: what is to happen when, in nanoseconds from 0. Things of one instant happen in the order in which they
 * were planned. One thread.
 */
public final class Agenda {
    private long[] dues = new long[256];
    private long[] orders = new long[256];
    private Runnable[] tasks = new Runnable[256];
    private int size;
    private long planned;
    private long nowNanos;

    public long nowNanos() {
        return nowNanos;
    }

    /** Runs the task after that time, 0 for as soon as everything planned for now is done. */
    public void after(long nanos, Runnable task) {
        if (size == tasks.length) {
            dues = Arrays.copyOf(dues, 2 * size);
            orders = Arrays.copyOf(orders, 2 * size);
            tasks = Arrays.copyOf(tasks, 2 * size);
        }
        int hole = size++;
        long due = nowNanos + Math.max(0, nanos);
        long order = planned++;
        while (hole > 0 && isBefore(due, order, (hole - 1) / 2)) {
            move((hole - 1) / 2, hole);
            hole = (hole - 1) / 2;
        }
        put(hole, due, order, task);
    }

    /** Does the next thing; false if nothing is planned. */
    public boolean step() {
        if (size == 0) {
            return false;
        }
        Runnable first = tasks[0];
        nowNanos = dues[0];
        removeFirst();
        first.run();
        return true;
    }

    private void removeFirst() {
        size--;
        long due = dues[size];
        long order = orders[size];
        Runnable task = tasks[size];
        int hole = 0;
        while (2 * hole + 1 < size) {
            int child = 2 * hole + 1;
            if (child + 1 < size && isBefore(dues[child + 1], orders[child + 1], child)) {
                child++;
            }
            if (isBefore(due, order, child)) {
                break;
            }
            move(child, hole);
            hole = child;
        }
        put(hole, due, order, task);
        // The last place is free now; what stood there must not be kept from the garbage collector.
        Arrays.fill(tasks, size, size + 1, null);
    }

    private boolean isBefore(long due, long order, int other) {
        return due < dues[other] || (due == dues[other] && order < orders[other]);
    }

    private void move(int from, int to) {
        put(to, dues[from], orders[from], tasks[from]);
    }

    private void put(int at, long due, long order, Runnable task) {
        dues[at] = due;
        orders[at] = order;
        tasks[at] = task;
    }
}
