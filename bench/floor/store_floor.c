// The floor of the audit log: one prepared statement, one table without an index, transactions of 16,384 rows.
//
//     store_floor FILE ROWS BYTES
//
// Inserts ROWS rows with a text of BYTES bytes, and prints rows a second.
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void run(sqlite3 *database, const char *sql) {
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fprintf(stderr, "store_floor: %s: %s\n", sql, sqlite3_errmsg(database));
        exit(1);
    }
}

int main(int count, char **words) {
    if (count != 4) {
        fprintf(stderr, "usage: store_floor FILE ROWS BYTES\n");
        return 2;
    }
    long row_count = atol(words[2]);
    int byte_count = atoi(words[3]);
    sqlite3 *database;
    if (sqlite3_open(words[1], &database) != SQLITE_OK) return 1;
    run(database, "PRAGMA journal_mode = WAL");
    run(database, "PRAGMA synchronous = NORMAL");
    run(database, "PRAGMA wal_autocheckpoint = 4000");
    run(database, "CREATE TABLE rollouts (id INTEGER PRIMARY KEY, at INTEGER, reward REAL, completion TEXT)");
    char *text = malloc((size_t)byte_count);
    if (!text) return 1;
    memset(text, 'x', (size_t)byte_count);
    double begun = seconds();
    sqlite3_stmt *insert;
    if (sqlite3_prepare_v2(database, "INSERT INTO rollouts (at, reward, completion) VALUES (?, ?, ?)", -1, &insert, NULL))
        return 1;
    for (long row = 0; row < row_count; row++) {
        if (row % 16384 == 0) run(database, "BEGIN IMMEDIATE");
        sqlite3_bind_int64(insert, 1, row);
        sqlite3_bind_double(insert, 2, 0.5);
        sqlite3_bind_text(insert, 3, text, byte_count, SQLITE_STATIC);
        if (sqlite3_step(insert) != SQLITE_DONE) return 1;
        sqlite3_reset(insert);
        if (row % 16384 == 16383 || row == row_count - 1) run(database, "COMMIT");
    }
    sqlite3_finalize(insert);
    sqlite3_close(database);
    printf("%.1f\n", (double)row_count / (seconds() - begun));
    fflush(stdout);
    free(text);
    return 0;
}
