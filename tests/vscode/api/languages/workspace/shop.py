import requests

answer = requests.get("https://example.org/orders")
if answer.status_code == 404 or 410:
    print("gone")
