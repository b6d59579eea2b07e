/** The thread of the outside anchors. It may wait for the network and for the disk, and nobody waits for it. */
@NullMarked
package io.waxwing.anchor.outside.runtime;

import org.jspecify.annotations.NullMarked;
