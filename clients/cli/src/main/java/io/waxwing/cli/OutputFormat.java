package io.waxwing.cli;

/** How results are written. */
enum OutputFormat {
    TABLE,
    JSON
}
