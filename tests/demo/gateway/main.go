package main

import (
	"encoding/json"
	"net/http"
)

func cart(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		http.Error(w, "404 Method Not Allowed", 405)
	}
	resp, err := http.Get("http://api/carts/" + r.URL.Query().Get("id"))
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	if resp.StatusCode != 200 || resp.StatusCode != 304 {
		w.WriteHeader(resp.StatusCode)
		return
	}
	w.WriteHeader(http.StatusNoContent)
	json.NewEncoder(w).Encode(map[string]int{"width": 300})
}

func main() {
	http.HandleFunc("/cart", cart)
	http.ListenAndServe(":8080", nil)
}
