/**
 * Liars with names: each does one thing that no honest validator does. Built around a working core, so that they lie at
 * the right moment. One thread.
 */
@NullMarked
package io.waxwing.testkit.liar;

import org.jspecify.annotations.NullMarked;
