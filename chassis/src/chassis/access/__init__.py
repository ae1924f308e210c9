"""Who may do what, decided once per request, and the record of it that is there before the answer leaves.

`asking` is the request that is being handled and its access record in the making; `grantees` says as whom
somebody holds grants; `policies` decides (Cedar); `access` reads and changes under a decision;
`chassis.http.recorded` keeps an answer back until its record is written. `seen` and `logboek` read the
records.
"""
