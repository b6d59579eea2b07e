/**
 * CloudEvents 1.0.2 over HTTP: binary, structured and batched mode, read strictly and written. Our own parser, since
 * the public one accepts what the specification refuses (protocols.md 3.1). Pure: no server types, no clock, no I/O.
 */
@NullMarked
package io.waxwing.http.cloudevents;

import org.jspecify.annotations.NullMarked;
