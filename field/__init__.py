"""Field: a sync server for inspectors who work where there is no signal.

The rooms, from the floor up; each imports only from those above it in this list:

* `problems`: everything that can go wrong, in words for a person. `clock`: the one place that asks the time.
* `geo`: where. Districts, distance, presence, routes.
* `inspections`: what. Establishments, visits, checklists, wage records, photos, findings.
* `recovery`: what is owed and what follows. Dated rates, assessment, cases, instalments.
* `sync`: how it travels. Changes, rules, merge, scopes, push, pull, receipts.
* `evidence`: what proves it. Bundles for a court or an employer, as pages, entries and signatures.
* `config`: settings, read once. `store`: where it is kept. All SQL, all S3 and disk.
* `api`: the door. HTTP, one file per resource. `app` puts the rooms together.
* `tablet`: a reference tablet, which knows `sync` and the server's HTTP, nothing else of it.
* `sim`: a fleet of tablets on a bad network, and the oracle that judges it. `cli`: what a person types.
"""
