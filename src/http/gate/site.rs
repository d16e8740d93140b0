//! The storefronts as the web needs to know them: which pages may ask in their name, and which secrets sign for their customers.

use std::collections::BTreeMap;

use secrecy::SecretString;

use crate::domain::ids::SiteId;

/// What the web knows of one storefront.
#[derive(Clone, Debug, Default)]
pub struct SiteAccess {
    /// The origins of its pages, exactly as browsers send them: `https://shop.example`. `*` is any page, for trying things out.
    pub origins: Vec<String>,
    /// The secrets that sign the tokens of its customers; two while they are changed.
    pub secrets: Vec<SecretString>,
}

/// All storefronts.
#[derive(Clone, Debug, Default)]
pub struct Sites(BTreeMap<SiteId, SiteAccess>);

impl Sites {
    /// These storefronts.
    #[must_use]
    pub const fn new(sites: BTreeMap<SiteId, SiteAccess>) -> Self {
        Self(sites)
    }

    /// One storefront.
    #[must_use]
    pub fn get(&self, site: &SiteId) -> Option<&SiteAccess> {
        self.0.get(site)
    }

    /// Whether a page with this origin belongs to any storefront.
    #[must_use]
    pub fn know(&self, origin: &str) -> bool {
        self.0.values().any(|site| site.allows(origin))
    }

    /// Whether a page with this origin belongs to this storefront.
    #[must_use]
    pub fn allow(&self, site: &SiteId, origin: &str) -> bool {
        self.get(site).is_some_and(|site| site.allows(origin))
    }
}

impl SiteAccess {
    /// `null` is what sandboxed and local pages send: nobody's origin.
    fn allows(&self, origin: &str) -> bool {
        let is_listed = |listed: &String| listed == "*" || listed == origin;
        origin != "null" && self.origins.iter().any(is_listed)
    }
}
