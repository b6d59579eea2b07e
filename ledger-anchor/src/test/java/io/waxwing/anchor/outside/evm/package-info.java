/** Anchoring on an EVM chain, against a chain of a few lines that also lies. */
@NullMarked
package io.waxwing.anchor.outside.evm;

import org.jspecify.annotations.NullMarked;
