/**
 * The witness of other logs on real files: its key and what it cosigned lie beside the node's other keys. Any thread;
 * requests are answered one after the other.
 */
@NullMarked
package io.waxwing.node.witness;

import org.jspecify.annotations.NullMarked;
