/**
 * The server side of one STOMP connection, without I/O: frames, answers of the bus and time go in, what is to be done
 * comes out through {@link io.waxwing.stomp.session.Output}. One event loop owns a session. Names such as C1, T2 and R1
 * are the numbers of requirements that tests bear too; docs/stomp.md tells users what they mean.
 */
@NullMarked
package io.waxwing.stomp.session;

import org.jspecify.annotations.NullMarked;
