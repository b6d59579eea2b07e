/**
 * What is asked of events before the node takes them: that they fit their topic's JSON Schema, that their publisher
 * signed them. Judged on the thread that brings an event, so every check is bounded in steps.
 */
@NullMarked
package io.waxwing.broker.rules;

import org.jspecify.annotations.NullMarked;
