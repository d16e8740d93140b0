//! What a desk that others can reach must not run with. Each refusal names the line to add.

use super::Config;

/// Why this configuration must not be served to the public; empty for one that may, or that listens on this machine only.
#[must_use]
pub fn refusals(config: &Config) -> Vec<String> {
    if config.listen.ip().is_loopback() {
        return Vec::new();
    }
    let mut found = Vec::new();
    if config.sites.is_empty() {
        found.push("there is no site: add [[sites]] with key, merchant, origins and secret_file to frontdesk.toml".to_owned());
    }
    for entry in &config.sites {
        let key = &entry.site.id;
        if entry.secret.is_none() {
            found.push(format!("site `{key}` has no secret: add secret_file = \"/etc/frontdesk/{key}.secret\" below its key"));
        }
        if entry.site.origins.iter().any(|origin| origin == "*") {
            found.push(format!("site `{key}` lets every page speak in its name: write origins = [\"https://shop.example\"]"));
        }
        if entry.site.origins.is_empty() {
            found.push(format!(
                "site `{key}` has no origin: write origins = [\"https://shop.example\"]"
            ));
        }
    }
    match config.public_url.as_deref() {
        Some(url) if url.starts_with("https://") => {}
        Some(url) => found.push(format!(
            "public_url = \"{url}\" is not https: write public_url = \"https://support.example\""
        )),
        None => found.push(
            "public_url is missing: write public_url = \"https://support.example\"".to_owned(),
        ),
    }
    if !config.metrics_listen.ip().is_loopback() {
        found.push(format!(
            "metrics would be public on {}: write metrics_listen = \"127.0.0.1:9187\"",
            config.metrics_listen
        ));
    }
    found
}
