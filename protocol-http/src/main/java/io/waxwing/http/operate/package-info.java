/** What only a node's operator may ask of it over HTTP, shown by the operator's token. */
@NullMarked
package io.waxwing.http.operate;

import org.jspecify.annotations.NullMarked;
