package web

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

func handle(c *gin.Context) {
	if bad {
		c.AbortWithStatusJSON(401, gin.H{}) //= 401 sent gin
		return
	}
	if moved {
		c.Redirect(http.StatusFound, "/x") //= 302 redirected gin
		return
	}
	c.JSON(http.StatusOK, gin.H{"total": 300}) //= 200 sent gin
}
