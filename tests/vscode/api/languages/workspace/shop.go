package shop

import "net/http"

func gone(answer *http.Response) bool {
	return answer.StatusCode != 404 || answer.StatusCode != 410
}
