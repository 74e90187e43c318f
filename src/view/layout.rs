//! Where the parts of a system stand on the map: in layers from the customers to what everything
//! rests on, with few crossings, the same every time.

use crate::base::id::{ComponentId, DenseId, IdVec, RegionId};
use crate::scenario::model::World;

/// Places of everything, in a space of 1 by 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// The customers.
    pub customers: Place,
    /// Components, by their ids.
    pub components: IdVec<ComponentId, Place>,
    /// Regions as frames around their components; empty ones are left out.
    pub frames: Vec<Frame>,
    /// How many layers there are, the customers' included.
    pub layers: usize,
    /// How many stand in the fullest layer.
    pub tallest: usize,
}

/// A place: 0 is left and top, 1 right and bottom.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    /// From left to right.
    pub x: f32,
    /// From top to bottom.
    pub y: f32,
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

/// Passes over the layers to untangle them.
const PASSES: usize = 8;

/// Lays a world out. Layers are the longest ways from the customers; within a layer parts stand near
/// what they are connected to (the barycentre heuristic of Sugiyama's method), those of one region
/// together.
pub fn layout(world: &World) -> Layout {
    let depth = depths(world);
    let last = depth.iter().copied().max().unwrap_or(1);
    let mut layers: Vec<Vec<ComponentId>> = vec![Vec::new(); last + 1];
    for id in world.components.ids() {
        layers[depth[id]].push(id);
    }
    let mut order = vec![0.0; world.components.len()];
    for layer in &layers {
        spread(layer, &mut order);
    }
    for pass in 0..PASSES {
        let forward = pass % 2 == 0;
        for at in 1..=last {
            let at = if forward { at } else { last + 1 - at };
            untangle(world, &mut layers[at], &mut order);
        }
    }
    let tallest = layers.iter().map(Vec::len).max().unwrap_or(1).max(1);
    let across = |layer: usize| (layer as f32 + 0.5) / (last + 1) as f32;
    let mut components: IdVec<ComponentId, Place> =
        world.components.iter().map(|_| Place::default()).collect();
    for (number, layer) in layers.iter().enumerate() {
        for &id in layer {
            components[id] = Place {
                x: across(number),
                y: order[id.index()] as f32,
            };
        }
    }
    Layout {
        customers: Place {
            x: across(0),
            y: 0.5,
        },
        frames: frames(world, &components),
        components,
        layers: last + 1,
        tallest,
    }
}

/// Layer of each component: one behind the last of its callers. A queue stands between its writers
/// and its workers, so a worker is behind the queue it pulls from.
fn depths(world: &World) -> IdVec<ComponentId, usize> {
    let mut depth: IdVec<ComponentId, usize> = world.components.iter().map(|_| 1).collect();
    // Callers come before what they call, so one pass is enough; workers may need a second.
    for _ in 0..world.components.len().min(8) {
        let mut moved = false;
        for edge in world.edges.iter() {
            let Some(from) = edge.from else { continue };
            let behind = depth[from] + 1;
            if depth[edge.to] < behind && behind <= world.components.len() {
                depth[edge.to] = behind;
                moved = true;
            }
        }
        for (id, component) in world.components.enumerate() {
            if let crate::scenario::model::Kind::Service(service) = &component.kind
                && let Some(queue) = service.pulls
                && depth[id] <= depth[queue]
                && depth[queue] < world.components.len()
            {
                depth[id] = depth[queue] + 1;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    depth
}

/// Evenly from top to bottom, in the order of the layer.
fn spread(layer: &[ComponentId], order: &mut [f64]) {
    for (place, id) in layer.iter().enumerate() {
        order[id.index()] = (place as f64 + 0.5) / layer.len() as f64;
    }
}

/// Sorts a layer by the middle of what its parts are connected to.
fn untangle(world: &World, layer: &mut [ComponentId], order: &mut [f64]) {
    let middle = |id: ComponentId| {
        let neighbours = neighbours(world, id);
        let sum: f64 = neighbours
            .iter()
            .map(|other| other.map_or(0.5, |id| order[id.index()]))
            .sum();
        if neighbours.is_empty() {
            order[id.index()]
        } else {
            sum / neighbours.len() as f64
        }
    };
    let mut keyed: Vec<(Option<RegionId>, f64, ComponentId)> = layer
        .iter()
        .map(|&id| (world.components[id].region, middle(id), id))
        .collect();
    keyed.sort_by(|a, b| {
        (a.0)
            .cmp(&b.0)
            .then(a.1.total_cmp(&b.1))
            .then(a.2.cmp(&b.2))
    });
    for (slot, (.., id)) in layer.iter_mut().zip(keyed) {
        *slot = id;
    }
    spread(layer, order);
}

/// Callers and callees; `None` is the customers.
fn neighbours(world: &World, id: ComponentId) -> Vec<Option<ComponentId>> {
    let edges = world.edges.iter();
    let touching = edges.filter_map(|edge| {
        if edge.to == id {
            Some(edge.from)
        } else if edge.from == Some(id) {
            Some(Some(edge.to))
        } else {
            None
        }
    });
    touching.collect()
}

fn frames(world: &World, places: &IdVec<ComponentId, Place>) -> Vec<Frame> {
    let around = |region: RegionId| {
        let inside = world.components.enumerate();
        let inside = inside.filter(|(_, it)| it.region == Some(region));
        inside
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
    world.regions.ids().filter_map(around).collect()
}
