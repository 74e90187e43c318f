//! Where the parts of a system stand on the map: in layers from the customers to what everything
//! rests on, with few crossings, long dependencies led around what stands between, the same every
//! time.

use crate::base::id::{ComponentId, DenseId, EdgeId, IdVec, RegionId};
use crate::scenario::model::{Kind, World};

/// Places of everything, in a space of 1 by 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// The customers.
    pub customers: Place,
    /// Components, by their ids.
    pub components: IdVec<ComponentId, Place>,
    /// What is connected: one link for all dependencies between the same two ends.
    pub links: Vec<Link>,
    /// Regions as frames around their components. Those that hold nothing, or that could not be drawn
    /// without a stranger inside, are left out.
    pub frames: Vec<Frame>,
    /// How many layers there are, the customers' included.
    pub layers: usize,
    /// The height of everything in rows, of which neighbours in a layer are at least one apart.
    pub rows: f32,
}

/// A place: 0 is left and top, 1 right and bottom.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    /// From left to right.
    pub x: f32,
    /// From top to bottom.
    pub y: f32,
}

/// A line from one part to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Where requests come from; `None` is the customers.
    pub from: Option<ComponentId>,
    /// Where they go.
    pub to: ComponentId,
    /// The dependencies it stands for; none where a worker takes its work from a queue.
    pub edges: Vec<EdgeId>,
    /// Where it passes through the layers between.
    pub bends: Vec<Place>,
}

/// The smallest box around the components of a region.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// The region.
    pub region: RegionId,
    /// Upper left.
    pub from: Place,
    /// Lower right.
    pub to: Place,
}

/// Passes over the layers to untangle them, and again to draw related parts level.
const PASSES: usize = 12;
/// Distances between neighbours in a layer, in rows: parts, and lines that only pass.
const APART: f64 = 1.0;
const BEND_APART: f64 = 0.7;
/// Between parts of different regions: a frame passes there.
const REGIONS_APART: f64 = 1.3;

/// Lays a world out by Sugiyama's method. Layers are the longest ways from the customers; a link that
/// skips layers gets a bend in each; layers are ordered by the barycentre heuristic, those of one
/// region together, and then moved up and down until the main ways are straight.
pub fn layout(world: &World) -> Layout {
    let mut plan = Plan::new(world);
    plan.untangle();
    plan.align();
    plan.layout(world)
}

/// Something that takes a place in a layer.
struct Item {
    layer: usize,
    region: Option<RegionId>,
    is_bend: bool,
    /// From top to bottom: a rank at first, then rows.
    y: f64,
    /// What it is connected to in other layers, and how much being level with that matters.
    near: Vec<(usize, f64)>,
}

/// The drawing while it is made. The customers are item 0, components follow in their order, then
/// bends.
struct Plan {
    items: Vec<Item>,
    layers: Vec<Vec<usize>>,
    links: Vec<(Link, Vec<usize>)>,
}

impl Plan {
    fn new(world: &World) -> Self {
        let links = links(world);
        let depth = depths(world, &links);
        let last = depth.iter().copied().max().unwrap_or(1);
        let item = |layer, region, is_bend| Item {
            layer,
            region,
            is_bend,
            y: 0.0,
            near: Vec::new(),
        };
        let mut items = vec![item(0, None, false)];
        for (id, component) in world.components.enumerate() {
            items.push(item(depth[id], component.region, false));
        }
        let weights = weights(world, &links);
        let mut routed = Vec::new();
        for link in links {
            let (from, to) = (number(link.from), number(Some(link.to)));
            let region = items[to]
                .region
                .filter(|_| items[from].region == items[to].region);
            let mut way = vec![from];
            for layer in items[from].layer + 1..items[to].layer {
                way.push(items.len());
                items.push(item(layer, region, true));
            }
            way.push(to);
            for pair in way.windows(2) {
                let weight = weights[link.to];
                items[pair[0]].near.push((pair[1], weight));
                items[pair[1]].near.push((pair[0], weight));
            }
            way.remove(0);
            way.pop();
            routed.push((link, way));
        }
        let mut layers = vec![Vec::new(); last + 1];
        for (index, item) in items.iter().enumerate() {
            layers[item.layer].push(index);
        }
        Self {
            items,
            layers,
            links: routed,
        }
    }

    /// Sorts every layer by the middle of what its items are connected to, to and fro.
    fn untangle(&mut self) {
        for layer in 0..self.layers.len() {
            self.spread(layer);
        }
        for pass in 0..PASSES {
            for layer in self.order_of(pass) {
                let mut keyed: Vec<(Option<RegionId>, f64, usize)> = self.layers[layer]
                    .iter()
                    .map(|&index| (self.items[index].region, self.middle(index, false), index))
                    .collect();
                keyed.sort_by(|a, b| {
                    let by_place = a.1.total_cmp(&b.1).then(a.2.cmp(&b.2));
                    a.0.cmp(&b.0).then(by_place)
                });
                self.layers[layer] = keyed.into_iter().map(|it| it.2).collect();
                self.spread(layer);
            }
        }
    }

    /// Moves the items of every layer towards what they are connected to, never past each other.
    fn align(&mut self) {
        for layer in &self.layers {
            let mut y = 0.0;
            for (place, &index) in layer.iter().enumerate() {
                if place > 0 {
                    y += self.apart(layer[place - 1], index);
                }
                self.items[index].y = y;
            }
        }
        for pass in 0..PASSES {
            for layer in self.order_of(pass) {
                let items = &self.layers[layer];
                let mut offset = 0.0;
                let mut wanted = Vec::with_capacity(items.len());
                let mut offsets = Vec::with_capacity(items.len());
                for (place, &index) in items.iter().enumerate() {
                    if place > 0 {
                        offset += self.apart(items[place - 1], index);
                    }
                    let weight: f64 = self.items[index].near.iter().map(|it| it.1).sum();
                    wanted.push((self.middle(index, true) - offset, weight.max(0.1)));
                    offsets.push(offset);
                }
                let items = items.clone();
                for ((index, y), offset) in items.into_iter().zip(rising(&wanted)).zip(offsets) {
                    self.items[index].y = y + offset;
                }
            }
        }
    }

    /// Layers in the order of a pass: forward, then back.
    fn order_of(&self, pass: usize) -> Vec<usize> {
        let layers = 0..self.layers.len();
        if pass.is_multiple_of(2) {
            layers.collect()
        } else {
            layers.rev().collect()
        }
    }

    fn apart(&self, above: usize, below: usize) -> f64 {
        let (above, below) = (&self.items[above], &self.items[below]);
        if above.is_bend || below.is_bend {
            BEND_APART
        } else if above.region != below.region {
            REGIONS_APART
        } else {
            APART
        }
    }

    fn middle(&self, index: usize, weighted: bool) -> f64 {
        let item = &self.items[index];
        let weight_of = |weight: f64| if weighted { weight } else { 1.0 };
        let all: f64 = item.near.iter().map(|it| weight_of(it.1)).sum();
        let sum: f64 = item
            .near
            .iter()
            .map(|it| weight_of(it.1) * self.items[it.0].y)
            .sum();
        if all > 0.0 { sum / all } else { item.y }
    }

    /// Ranks in 0..1, so that layers of different sizes can be compared.
    fn spread(&mut self, layer: usize) {
        let items = &self.layers[layer];
        for (place, &index) in items.iter().enumerate() {
            self.items[index].y = (place as f64 + 0.5) / items.len() as f64;
        }
    }

    fn layout(self, world: &World) -> Layout {
        let layers = self.layers.len();
        let all = self.items.iter().map(|it| it.y);
        let top = all.clone().fold(f64::INFINITY, f64::min);
        let rows = all.fold(f64::NEG_INFINITY, f64::max) - top + 1.0;
        let place = |index: usize| {
            let item = &self.items[index];
            Place {
                x: (item.layer as f32 + 0.5) / layers as f32,
                y: ((item.y - top + 0.5) / rows) as f32,
            }
        };
        let components: IdVec<ComponentId, Place> = world
            .components
            .ids()
            .map(|id| place(number(Some(id))))
            .collect();
        let links = self.links.iter().map(|(link, way)| Link {
            bends: way.iter().map(|&index| place(index)).collect(),
            ..link.clone()
        });
        Layout {
            customers: place(0),
            links: links.collect(),
            frames: frames(world, &components),
            components,
            layers,
            rows: rows as f32,
        }
    }
}

/// Number of an end of a link among the items.
fn number(end: Option<ComponentId>) -> usize {
    end.map_or(0, |id| id.index() + 1)
}

/// All connections, one for each pair of ends. A queue stands between its writers and its workers, so
/// the link of a worker to the queue it pulls from leads to the worker.
fn links(world: &World) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for (id, edge) in world.edges.enumerate() {
        let known = links
            .iter_mut()
            .find(|it| it.from == edge.from && it.to == edge.to);
        match known {
            Some(link) => link.edges.push(id),
            None => links.push(Link {
                from: edge.from,
                to: edge.to,
                edges: vec![id],
                bends: Vec::new(),
            }),
        }
    }
    for (id, component) in world.components.enumerate() {
        if let Kind::Service(service) = &component.kind
            && let Some(queue) = service.pulls
        {
            links.push(Link {
                from: Some(queue),
                to: id,
                edges: Vec::new(),
                bends: Vec::new(),
            });
        }
    }
    links
}

/// Layer of each component: one behind the last of its callers.
fn depths(world: &World, links: &[Link]) -> IdVec<ComponentId, usize> {
    let mut depth: IdVec<ComponentId, usize> = world.components.iter().map(|_| 1).collect();
    // Callers come before what they call, so one pass is nearly enough; workers may need more. In a
    // circle it would never end.
    for _ in 0..world.components.len().min(8) {
        let mut moved = false;
        for link in links {
            let Some(from) = link.from else { continue };
            let behind = depth[from] + 1;
            if depth[link.to] < behind && behind <= world.components.len() {
                depth[link.to] = behind;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    depth
}

/// How much it matters that a link to a component is level: the more rests on it, the more.
fn weights(world: &World, links: &[Link]) -> IdVec<ComponentId, f64> {
    let mut below: IdVec<ComponentId, f64> = world.components.iter().map(|_| 1.0).collect();
    let ids: Vec<ComponentId> = world.components.ids().collect();
    for &id in ids.iter().rev() {
        let sum: f64 = links
            .iter()
            .filter(|link| link.from == Some(id) && link.to > id)
            .map(|link| below[link.to])
            .sum();
        below[id] += sum;
    }
    below.iter().map(|it| it * it).collect()
}

/// The rising sequence that is nearest to what is wanted, by weighted least squares: neighbours that
/// would have to swap share their mean (pool adjacent violators).
fn rising(wanted: &[(f64, f64)]) -> Vec<f64> {
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for &(value, weight) in wanted {
        pools.push((value, weight, 1));
        while let [.., (a, wa, na), (b, wb, nb)] = pools[..]
            && a > b
        {
            pools.truncate(pools.len() - 2);
            pools.push(((a * wa + b * wb) / (wa + wb), wa + wb, na + nb));
        }
    }
    let spread = pools.into_iter();
    spread
        .flat_map(|(value, _, count)| std::iter::repeat_n(value, count))
        .collect()
}

fn frames(world: &World, places: &IdVec<ComponentId, Place>) -> Vec<Frame> {
    let around = |region: RegionId| {
        let members = world.components.enumerate();
        let members = members.filter(|(_, it)| it.region == Some(region));
        members
            .map(|(id, _)| places[id])
            .fold(None, |frame: Option<Frame>, place| {
                let (from, to) = frame.map_or((place, place), |it| (it.from, it.to));
                Some(Frame {
                    region,
                    from: Place {
                        x: from.x.min(place.x),
                        y: from.y.min(place.y),
                    },
                    to: Place {
                        x: to.x.max(place.x),
                        y: to.y.max(place.y),
                    },
                })
            })
    };
    let is_true = |frame: &Frame| {
        world.components.enumerate().all(|(id, component)| {
            let at = places[id];
            component.region == Some(frame.region)
                || at.x < frame.from.x
                || at.x > frame.to.x
                || at.y < frame.from.y
                || at.y > frame.to.y
        })
    };
    let all = world.regions.ids().filter_map(around);
    all.filter(is_true).collect()
}
