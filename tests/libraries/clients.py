import http.client
import requests
import requests_mock
import responses
from http.client import NOT_FOUND
from urllib3.util.retry import Retry

retry = Retry(total=3, status_forcelist=[429, 500])  #= 429 configured urllib3; 500 configured urllib3


def test_clients():
    responses.add(responses.GET, "https://example.org", status=404)  #= 404 stubbed responses
    requests_mock.get("https://example.org", status_code=503)  #= 503 stubbed requests-mock
    r = requests.get("https://example.org", timeout=300)
    assert r.status_code == requests.codes.not_found  #= 404 expected requests
    assert r.status_code == http.client.OK  #= 200 expected http
    assert r.status_code != NOT_FOUND  #= 404 expected http


@pytest.mark.parametrize("path,status", [("/", 200), ("/x", 404)])  #= 200 expected -; 404 expected -
def test_pages(path, status):
    assert client.get(path).status_code == status
