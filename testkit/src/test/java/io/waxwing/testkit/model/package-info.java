/** The consensus rules as a relational model, checked for every execution within its scopes. */
@NullMarked
package io.waxwing.testkit.model;

import org.jspecify.annotations.NullMarked;
