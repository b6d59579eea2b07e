package io.waxwing.broker.schedule;

/** When something is due. Times are Unix milliseconds; 0 stands for never. Pure. */
sealed interface Times permits At, Cron {
    /** The first time behind this one. */
    long after(long ms);

    /** The last time that is not behind this one. */
    long latest(long ms);
}
