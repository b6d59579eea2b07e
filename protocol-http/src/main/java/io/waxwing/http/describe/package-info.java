/**
 * What the HTTP port says of itself to programs: the OpenAPI document, written by hand and held against the server by a
 * test. No resource is served from here and nothing here knows one.
 */
@NullMarked
package io.waxwing.http.describe;

import org.jspecify.annotations.NullMarked;
