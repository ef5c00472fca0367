"""Sends each request that succeeded again, as somebody else: it must be refused."""

import json
import os
from urllib.parse import urlsplit

import requests
import schemathesis

OWN, OTHER, OTHER_TOKEN, REPORT = (
    os.environ[name] for name in ("OWN_ACCOUNT", "OTHER_ACCOUNT", "OTHER_TOKEN", "IDENTITY_REPORT")
)
OWNERS_PATH = "/api/accounts/{account_id}"
# Of each operation: who may do it does not depend on what else a request says.
MOST_JUDGED = 3

session = requests.Session()
# Operations and how many of their requests were sent again.
judged = {}


@schemathesis.check
def foreign_identity(ctx, response, case):
    path = case.operation.path
    is_admin = path.startswith("/api/admin/")
    if not 200 <= response.status_code < 300 or not (is_admin or path.startswith(OWNERS_PATH)):
        return
    count = judged.get(case.operation.label, 0) + 1
    if count > MOST_JUDGED:
        return
    request = response.request
    judged[case.operation.label] = count
    with open(REPORT, "w") as file:
        json.dump(judged, file)
    if is_admin:
        # A token without any role.
        expect(403, send(request, token=OTHER_TOKEN))
        return
    # The other's token on our account, and our token, though an operator's, on the other's account.
    expect(401, send(request, token=OTHER_TOKEN))
    expect(401, send(request, path=path_of_other(request)))
    if case.method == "POST" and response.status_code == 201 and path.count("{") == 1:
        created = response.json().get("id")
        if created is not None and not path.endswith("/contact-changes"):
            assert_kept(request, created)


def assert_kept(request, created):
    """What we made is not below the other's account, and a deletion there leaves it alone."""
    if not is_listed(request, created):
        # A stored answer: the Idempotency-Key was used before.
        return
    theirs = f"{path_of_other(request)}/{created}"
    deletion = send(request, method="DELETE", path=theirs, token=OTHER_TOKEN, body=None)
    # Some answer 204 for what they do not know.
    if deletion.status_code != 204:
        expect(404, deletion)
    if not is_listed(request, created):
        raise AssertionError(f"DELETE {theirs} as another account removed what is ours")


def is_listed(request, created):
    listed = send(request, method="GET", body=None)
    return created in [item["id"] for item in listed.json()["items"]]


def path_of_other(request):
    return urlsplit(request.url).path.replace(OWN, OTHER)


def send(request, *, method=None, path=None, token=None, body=...):
    again = request.copy()
    if method is not None:
        again.method = method
    if path is not None:
        again.url = urlsplit(request.url)._replace(path=path).geturl()
    if token is not None:
        again.headers["Authorization"] = f"Bearer {token}"
    if body is None:
        again.body = None
        for name in ("Content-Type", "Content-Length", "Idempotency-Key"):
            again.headers.pop(name, None)
    return session.send(again, timeout=10)


def expect(status, response):
    if response.status_code != status:
        request = response.request
        raise AssertionError(
            f"{request.method} {urlsplit(request.url).path} as another account: "
            f"{response.status_code} instead of {status}\n{response.text[:300]}"
        )
