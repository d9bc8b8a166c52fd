package web

import (
	"encoding/json"
	"net/http"
)

func handle(w http.ResponseWriter, r *http.Request) {
	if bad {
		http.Error(w, "no", http.StatusBadRequest) //= 400 sent net/http
		return
	}
	if missing {
		http.NotFound(w, r) //= 404 sent net/http
		return
	}
	if moved {
		http.Redirect(w, r, "/x", 301) //= 301 redirected net/http
		return
	}
	buffer := make([]byte, 512)
	w.WriteHeader(201) //= 201 sent net/http
	json.NewEncoder(w).Encode(buffer)
	_ = http.StatusText(404) //= 404 observed net/http
}

func fetch() bool {
	resp, err := http.Get("https://example.org")
	return err == nil && resp.StatusCode == 200 //= 200 observed -
}
