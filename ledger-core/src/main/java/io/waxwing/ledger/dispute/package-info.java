/**
 * What members say in blocks about payloads that are missing: challenges, answers, and what follows from them. The
 * rules are deterministic: every node that executes a block finds the same verdicts.
 */
@NullMarked
package io.waxwing.ledger.dispute;

import org.jspecify.annotations.NullMarked;
