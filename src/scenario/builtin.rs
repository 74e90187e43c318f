//! The scenarios that are compiled in, so that an installed program needs no files.

/// One file of the collection.
#[derive(Clone, Copy, Debug)]
pub struct BuiltIn {
    /// Id of the scenario; empty for world files.
    pub id: &'static str,
    /// Path below `scenarios`, as other files refer to it.
    pub path: &'static str,
    /// The text.
    pub text: &'static str,
}

macro_rules! built_in {
    ($($id:literal => $path:literal),* $(,)?) => {
        &[$(BuiltIn {
            id: $id,
            path: $path,
            text: include_str!(concat!("../../scenarios/", $path)),
        }),*]
    };
}

/// The scenarios, in the order in which they are listed.
pub const SCENARIOS: &[BuiltIn] = built_in! {
    "rare-error" => "rare-error/scenario.ron",
    "release-blocked" => "release-blocked/scenario.ron",
    "db-connection-leak" => "db-connection-leak/scenario.ron",
    "checkout-5xx" => "checkout-5xx/scenario.ron",
    "double-charge" => "double-charge/scenario.ron",
    "ingest-hot-shard" => "ingest-hot-shard/scenario.ron",
    "cache-eviction-storm" => "cache-eviction-storm/scenario.ron",
    "festival-surge" => "festival-surge/scenario.ron",
    "search-ranking" => "search-ranking/scenario.ron",
    "spapi-auth" => "spapi-auth/scenario.ron",
    "spapi-throttling" => "spapi-throttling/scenario.ron",
    "vat-onboarding" => "vat-onboarding/scenario.ron",
    "pipeline-cutover" => "pipeline-cutover/scenario.ron",
    "regional-failover" => "regional-failover/scenario.ron",
    "catalog-region-loss" => "catalog-region-loss/scenario.ron",
};

/// The files that several scenarios share.
pub const WORLDS: &[BuiltIn] = built_in! {
    "" => "worlds/shop.ron",
    "" => "worlds/festival-shop.ron",
    "" => "worlds/seller-connector.ron",
    "" => "worlds/payments-two-regions.ron",
};

/// The scenario with this id.
pub fn find(id: &str) -> Option<&'static BuiltIn> {
    SCENARIOS.iter().find(|s| s.id == id)
}

/// The file that a built-in file at `path` refers to as `other`.
///
/// # Errors
/// A sentence that names the file, where nothing of that name is compiled in.
pub fn read_beside(path: &str, other: &str) -> Result<Vec<u8>, String> {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in other.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    let wanted = parts.join("/");
    SCENARIOS
        .iter()
        .chain(WORLDS)
        .find(|file| file.path == wanted)
        .map(|file| file.text.as_bytes().to_vec())
        .ok_or_else(|| format!("no file {wanted} is compiled in"))
}
