"""One member's service: doors (api, cli, worker), bootstrap, services, ports and adapters."""
