/**
 * What is asked of events before they are taken, for those who say it: schemas of topics
 * ({@code /v1/topics/<topic>/schema}) and keys of publishers ({@code /v1/signers}).
 */
@NullMarked
package io.waxwing.http.rules;

import org.jspecify.annotations.NullMarked;
