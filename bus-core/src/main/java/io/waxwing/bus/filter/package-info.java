/**
 * Content filters: CloudEvents SQL (CESQL 1.0.0) over the attributes of an event. Compiled once, evaluated for each
 * event within bounds that its text sets, by whichever thread delivers. Topic filters are not here but in
 * {@link io.waxwing.bus.topic}.
 */
@NullMarked
package io.waxwing.bus.filter;

import org.jspecify.annotations.NullMarked;
