/**
 * Files as HTTP needs them of the node: uploads in chunks, which become an event, and contents by the eventId. The
 * resources stand in {@code rest}; whoever implements {@link io.waxwing.http.file.SharedFiles} keeps the bytes.
 */
@NullMarked
package io.waxwing.http.file;

import org.jspecify.annotations.NullMarked;
