// A database that is none: a driver for database/sql whose queries take as long as they say.
package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"io"
	"net/http"
	"strings"
	"time"
)

type fake struct{}

func (fake) Open(name string) (driver.Conn, error) { return conn{}, nil }

type conn struct{}

func (conn) Prepare(query string) (driver.Stmt, error) { return stmt{query}, nil }
func (conn) Close() error                              { return nil }
func (conn) Begin() (driver.Tx, error)                 { return nil, driver.ErrSkip }

type stmt struct{ query string }

func (s stmt) Close() error  { return nil }
func (s stmt) NumInput() int { return -1 }
func (s stmt) Exec(args []driver.Value) (driver.Result, error) {
	execs.add(1)
	return driver.RowsAffected(1), nil
}
func (s stmt) Query(args []driver.Value) (driver.Rows, error) {
	start := time.Now()
	queries.add(1)
	if strings.Contains(s.query, "slow") {
		time.Sleep(5 * time.Millisecond)
	}
	queryNs.add(int64(time.Since(start)))
	return rows{}, nil
}

type rows struct{}

func (rows) Columns() []string              { return []string{"id"} }
func (rows) Close() error                   { return nil }
func (rows) Next(dest []driver.Value) error { return io.EOF }

var queries, execs, queryNs = count("queries"), count("execs"), count("query_ns")

func init() {
	sql.Register("fake", fake{})
	db, _ := sql.Open("fake", "")
	prepared, _ := db.Prepare("SELECT id FROM prepared WHERE id = ?")
	handle("/sql", func(w http.ResponseWriter, r *http.Request) {
		ctx := context.Background()
		for i := 0; i < number(r); i++ {
			if rows, err := db.QueryContext(ctx, "SELECT id FROM slow_table"); err == nil {
				rows.Close()
			}
			if rows, err := db.QueryContext(ctx, "SELECT id FROM users WHERE id = ?", i); err == nil {
				rows.Close()
			}
			if rows, err := prepared.QueryContext(ctx, i); err == nil {
				rows.Close()
			}
			db.ExecContext(ctx, "UPDATE users SET seen = ?", i)
		}
	})
}
