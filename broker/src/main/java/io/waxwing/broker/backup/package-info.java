/**
 * Copies of a node's folder, taken while it runs or stands, and how a node comes back from one. A copy says with a hash
 * of each file what it holds. Votes are never put back where other members remember them: a key that signs by an old
 * memory could contradict itself.
 */
@NullMarked
package io.waxwing.broker.backup;

import org.jspecify.annotations.NullMarked;
