/** Claims and grants over HTTP. */
@NullMarked
package io.waxwing.http.grants;

import org.jspecify.annotations.NullMarked;
