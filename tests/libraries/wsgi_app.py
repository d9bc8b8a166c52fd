from http.server import BaseHTTPRequestHandler


def application(environ, start_response):
    start_response("404 Not Found", [])  #= 404 sent wsgi
    return [b""]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)  #= 200 sent http
        self.send_error(404, "Not Found")  #= 404 sent http
