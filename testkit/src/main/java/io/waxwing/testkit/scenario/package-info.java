/** Whole runs from one seed: who is there, what goes wrong, who lies, and what must be true at the end. One thread. */
@NullMarked
package io.waxwing.testkit.scenario;

import org.jspecify.annotations.NullMarked;
