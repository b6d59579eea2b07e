/**
 * What a member does about a final batch whose payloads it lacks: whom it asks, and when the next one. Decisions only.
 */
@NullMarked
package io.waxwing.anchor.challenge;

import org.jspecify.annotations.NullMarked;
