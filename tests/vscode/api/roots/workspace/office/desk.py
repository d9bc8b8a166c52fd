import requests

answer = requests.get("https://example.org/desk")
if answer.status_code == 404 or 410:
    print("gone")
elif answer.status_code > 400 and answer.status_code < 400:
    print("never")
elif answer.status_code == 460:
    print("the desk has lapsed")
