/**
 * What single steps of an event's way cost, by JMH: perf/micro runs them. Figures of one machine are compared with each
 * other, and with those of the commit before, on that machine.
 */
@NullMarked
package io.waxwing.perf.micro;

import org.jspecify.annotations.NullMarked;
