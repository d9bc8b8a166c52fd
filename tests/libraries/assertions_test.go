package web

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
)

func TestHandle(t *testing.T) {
	rec := httptest.NewRecorder()
	assert.Equal(t, 200, rec.Code) //= 200 expected testify
	s.Equal(http.StatusOK, rec.Code) //= 200 expected testify
	assert.Equal(t, 200, len(rows))
	Expect(rec.Code).To(Equal(404)) //= 404 expected gomega
	is.Equal(rec.Code, 201) //= 201 expected assertions
	httpmock.RegisterResponder("GET", "/x", httpmock.NewStringResponder(404, "")) //= 404 stubbed httpmock
}
