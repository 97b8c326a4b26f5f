"""Objects that the API server would refuse, each with the place that is wrong: one sound object, spoiled in one way at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from kmodel.manifests import apply, load

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
DATA = Path(__file__).parent / "sound.json"
Spoil: TypeAlias = "Callable[[dict[str, Any]], None]"


def _sound() -> dict[str, dict[str, Any]]:
    """By kind, an object with all that rules look at, as a server takes it."""
    return {each["kind"]: each for each in json.loads(DATA.read_text(encoding="utf-8"))}


def _diagnosed(text: str) -> list[tuple[str, str]]:
    """Each fault's code, and the text that is shown with what is said of it."""
    documents = apply(load(["-"], lambda: text))
    assert all(each.span is not None and each.help for each in documents.diagnostics)
    assert len(documents.objects) == (0 if documents.diagnostics else 1)
    return [(each.code, f"{each.span.text}: {each.message}") for each in documents.diagnostics if each.span is not None]


@pytest.mark.parametrize("kind", sorted(_sound()))
def test_sound_objects_are_taken(kind: str) -> None:
    assert _diagnosed(json.dumps(_sound()[kind])) == []


def _at(item: Any, path: str) -> tuple[Any, str | int]:
    """As in a JSON pointer, `~1` is a `/` in a key."""
    *inner, last = [int(step) if step.isdigit() else step.replace("~1", "/") for step in path.split("/")]
    for step in inner:
        item = item[step]
    return item, last


def _set(path: str, value: Any) -> Spoil:
    def spoil(item: dict[str, Any]) -> None:
        holder, key = _at(item, path)
        holder[key] = value

    return spoil


def _without(path: str) -> Spoil:
    def spoil(item: dict[str, Any]) -> None:
        holder, key = _at(item, path)
        del holder[key]

    return spoil


def _again(path: str, **changed: Any) -> Spoil:
    """The first item of a list once more, changed."""

    def spoil(item: dict[str, Any]) -> None:
        holder, key = _at(item, path)
        holder[key].append({**holder[key][0], **changed})

    return spoil


def _each(*spoils: Spoil) -> Spoil:
    def spoil(item: dict[str, Any]) -> None:
        for each in spoils:
            each(item)

    return spoil


POD = "spec/template/spec"
C = f"{POD}/containers/0"
TERM = f"{POD}/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0"
PATH = "spec/rules/0/http/paths/0/path"
TARGET = "spec/metrics/0/resource/target"
NODE_PORT = {"name": "a", "port": 80, "nodePort": 30080}
FAILURES = {"rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}]}
SECRETS = (
    ("tls", "tls.key"),
    ("dockerconfigjson", "dockerconfigjson"),
    ("dockercfg", "dockercfg"),
    ("ssh-auth", "ssh-privatekey"),
    ("service-account-token", "kubernetes.io/service-account.name"),
)
WRONG_SCHEDULES = (
    "60 * * * *",
    "* 24 * * *",
    "0 0 0 * *",
    "0 0 * 13 *",
    "* * * * 7",
    "*/0 * * * *",
    "5-1 * * * *",
    "a b c d e",
    "@every day",
)
SPOILT: list[tuple[str, Spoil, str, str]] = [
    # what all objects have
    ("Deployment", _set("apiVersion", "extensions/v1beta1"), "unknown-version", '"extensions/v1beta1"'),
    ("Deployment", _set("apiVersion", "apps/v1beta2"), "unknown-version", '"apps/v1beta2"'),
    ("CronJob", _set("apiVersion", "batch/v1beta1"), "unknown-version", '"batch/v1beta1"'),
    ("Deployment", _set("metadata/name", "Web"), "wrong-value", '"Web"'),
    ("Deployment", _set("metadata/name", "web_1"), "wrong-value", '"web_1"'),
    ("Deployment", _set("metadata/namespace", "a.b"), "wrong-value", '"a.b"'),
    ("Service", _set("metadata/name", "a.b"), "wrong-value", '"a.b"'),
    ("CronJob", _set("metadata/name", "x" * 53), "wrong-value", '"' + "x" * 53 + '"'),
    ("Deployment", _set("metadata/labels/tier", "not this"), "wrong-value", '"not this"'),
    ("Deployment", _set("metadata/labels/tier", True), "wrong-kind", "true"),
    ("Deployment", _set("metadata/labels/tier", 8080), "wrong-kind", "8080"),
    ("Deployment", _set("metadata/labels", {"-a": "b"}), "wrong-value", '"-a"'),
    ("Deployment", _set("metadata/annotations", {"a/b/c": "d"}), "wrong-value", '"a/b/c"'),
    # types
    ("Deployment", _set("spec/replicas", "3"), "wrong-kind", '"3"'),
    ("Deployment", _set("spec/replicas", 1.5), "wrong-kind", "1.5"),
    ("Deployment", _set("spec/paused", "yes"), "wrong-kind", '"yes"'),
    ("Deployment", _set(f"{POD}/containers", {"name": "web"}), "wrong-kind", '{"name": "web"}'),
    ("Deployment", _set("spec/selector", []), "wrong-kind", "[]"),
    ("Deployment", _set(f"{C}/env/0/value", 1), "wrong-kind", "1"),
    ("Deployment", _set(f"{C}/resources/limits/cpu", "1 cpu"), "invalid-quantity", '"1 cpu"'),
    ("Deployment", _set(f"{C}/resources/limits/memory", "128mb"), "invalid-quantity", '"128mb"'),
    ("Deployment", _set(f"{C}/resources/requests/cpu", "-1"), "wrong-value", '"-1"'),
    # what is needed
    ("Deployment", _without("spec/selector"), "missing-field", "`selector`"),
    ("Deployment", _without("spec/template"), "missing-field", "`template`"),
    ("Deployment", _without(f"{POD}/containers"), "missing-field", "containers"),
    ("Deployment", _set(f"{POD}/containers", []), "wrong-value", "[]"),
    ("Deployment", _without(f"{C}/image"), "missing-field", "image"),
    ("Deployment", _without(f"{C}/name"), "missing-field", "name"),
    ("Deployment", _without(f"{C}/ports/0/containerPort"), "missing-field", "containerPort"),
    ("Service", _without("spec/ports"), "missing-field", "ports"),
    ("HorizontalPodAutoscaler", _without("spec/maxReplicas"), "missing-field", "maxReplicas"),
    ("HorizontalPodAutoscaler", _without("spec/scaleTargetRef"), "missing-field", "scaleTargetRef"),
    ("PersistentVolumeClaim", _without("spec/resources/requests/storage"), "missing-field", "storage"),
    ("PersistentVolumeClaim", _without("spec/accessModes"), "missing-field", "accessModes"),
    ("Ingress", _set("spec", {}), "missing-field", "{}"),
    ("RoleBinding", _without("roleRef"), "missing-field", "roleRef"),
    ("RoleBinding", _without("subjects/0/namespace"), "missing-field", "namespace"),
    # one of a few
    ("Deployment", _set(f"{POD}/restartPolicy", "Sometimes"), "wrong-value", '"Sometimes"'),
    ("Deployment", _set(f"{POD}/restartPolicy", "Never"), "wrong-value", '"Never"'),
    ("Job", _without(f"{POD}/restartPolicy"), "refused-object", "restartPolicy"),
    ("Deployment", _set("spec/strategy/type", "Rolling"), "wrong-value", '"Rolling"'),
    ("Deployment", _set("spec/strategy/type", "Recreate"), "wrong-value", "rollingUpdate"),
    ("Deployment", _set(f"{C}/imagePullPolicy", "always"), "wrong-value", '"always"'),
    ("Deployment", _set(f"{C}/ports/0/protocol", "tcp"), "wrong-value", '"tcp"'),
    ("Service", _set("spec/type", "Cluster"), "wrong-value", '"Cluster"'),
    ("NetworkPolicy", _set("spec/policyTypes/0", "ingress"), "wrong-value", '"ingress"'),
    ("PersistentVolumeClaim", _set("spec/accessModes/0", "RWO"), "wrong-value", '"RWO"'),
    ("StorageClass", _set("volumeBindingMode", "Late"), "wrong-value", '"Late"'),
    ("StorageClass", _set("reclaimPolicy", "Keep"), "wrong-value", '"Keep"'),
    ("CronJob", _set("spec/concurrencyPolicy", "Never"), "wrong-value", '"Never"'),
    # numbers and ranges
    ("Deployment", _set("spec/replicas", -1), "wrong-value", "-1"),
    ("Deployment", _set(f"{C}/ports/0/containerPort", 70000), "wrong-value", "70000"),
    ("Service", _set("spec/ports/0/port", 0), "wrong-value", "0"),
    ("Service", _set("spec/ports/0/targetPort", 65536), "wrong-value", "65536"),
    ("NetworkPolicy", _set("spec/ingress/0/ports/0/endPort", 70000), "wrong-value", "70000"),
    ("NetworkPolicy", _set("spec/ingress/0/ports/0/endPort", 80), "wrong-value", "80"),
    ("HorizontalPodAutoscaler", _set("spec/minReplicas", 9), "wrong-value", "5"),
    ("Deployment", _set("spec/strategy/rollingUpdate/maxSurge", "25"), "wrong-value", '"25"'),
    ("Deployment", _set("spec/strategy/rollingUpdate", {"maxSurge": 0, "maxUnavailable": "0%"}), "refused-object", '"0%"'),
    # how things are written
    ("Deployment", _set(f"{C}/name", "Web"), "wrong-value", '"Web"'),
    ("Deployment", _set(f"{C}/ports/0/name", "8080"), "wrong-value", '"8080"'),
    ("Service", _set("spec/ports/0/targetPort", "far-too-long-a-name"), "wrong-value", '"far-too-long-a-name"'),
    ("CronJob", _set("spec/schedule", "at noon"), "wrong-value", '"at noon"'),
    ("NetworkPolicy", _set("spec/ingress/0/from/0/ipBlock/cidr", "10.0.0.0/33"), "wrong-value", '"10.0.0.0/33"'),
    ("NetworkPolicy", _set("spec/ingress/0/from/0/ipBlock/except/0", "10.0.0.256/32"), "wrong-value", '"10.0.0.256/32"'),
    ("Service", _set("spec/clusterIP", "10.0.0"), "wrong-value", '"10.0.0"'),
    ("Ingress", _set("spec/rules/0/host", "a_b.example.com"), "wrong-value", '"a_b.example.com"'),
    ("Ingress", _set("spec/rules/0/http/paths/0/path", "shop"), "wrong-value", '"shop"'),
    ("Secret", _set("data/password", "no base64!"), "wrong-value", '"no base64!"'),
    # the same twice
    ("Deployment", _again(f"{POD}/containers"), "duplicate-item", '"web"'),
    ("Deployment", _again(f"{C}/ports", containerPort=81), "duplicate-item", '"http"'),
    ("Deployment", _again(f"{POD}/volumes"), "duplicate-item", '"data"'),
    ("Deployment", _again(f"{C}/volumeMounts"), "duplicate-item", '"/data"'),
    ("Service", _set("spec/ports", [{"port": 80}, {"port": 81}]), "missing-field", '{"port": 80}'),
    # several fields together
    ("Deployment", _set("spec/selector/matchLabels/app", "other"), "refused-object", '"other"'),
    ("Deployment", _set("spec/selector", {}), "wrong-value", "{}"),
    ("Deployment", _set(f"{C}/resources/requests/memory", "1Gi"), "wrong-value", '"1Gi"'),
    ("Deployment", _set(f"{C}/env/0/valueFrom", {"fieldRef": {"fieldPath": "metadata.name"}}), "wrong-value", "fieldRef"),
    ("Deployment", _set(f"{C}/readinessProbe/exec", {"command": ["true"]}), "wrong-value", "httpGet"),
    ("Deployment", _set(f"{POD}/volumes/0/hostPath", {"path": "/"}), "wrong-value", '"/"'),
    ("Deployment", _set(f"{POD}/tolerations/0/value", "x"), "wrong-value", '"x"'),
    ("PodDisruptionBudget", _set("spec/maxUnavailable", 1), "wrong-value", "1"),
    ("NetworkPolicy", _set("spec/ingress/0/from/0/podSelector", {}), "wrong-value", "{}"),
    ("NetworkPolicy", _set("spec/ingress/0/from/0/ipBlock/except/0", "11.0.0.0/16"), "wrong-value", '"11.0.0.0/16"'),
    ("NetworkPolicy", _set("spec/ingress/0/from/0/ipBlock/except/0", "0.0.0.0/0"), "wrong-value", '"0.0.0.0/0"'),
    ("NetworkPolicy", _set("spec/ingress/0/from/0/ipBlock/except/0", "fd00::/64"), "wrong-value", '"fd00::/64"'),
    ("NetworkPolicy", _set("spec/ingress/0/ports/0", {"port": "http", "endPort": 90}), "wrong-value", '"http"'),
    ("Deployment", _set(f"{C}/volumeMounts/0/name", "gone"), "refused-object", '"gone"'),
    ("Deployment", _set(f"{POD}/initContainers", [{"name": "web", "image": "x"}]), "refused-object", '"web"'),
    ("Deployment", _set(f"{POD}/activeDeadlineSeconds", 5), "wrong-value", "5"),
    ("Deployment", _set(f"{C}/volumeMounts/0/subPath", "a/../b"), "wrong-value", '"a/../b"'),
    ("Deployment", _set(f"{C}/livenessProbe", {"tcpSocket": {"port": 80}, "successThreshold": 2}), "wrong-value", "2"),
    ("Deployment", _set("spec/strategy/rollingUpdate/maxUnavailable", "101%"), "wrong-value", '"101%"'),
    ("Service", _set("spec/ports", [{"name": "a", "port": 80}, {"name": "b", "port": 80}]), "duplicate-item", "80"),
    ("Service", _set("spec/loadBalancerSourceRanges", ["10.0.0.0/8"]), "wrong-value", '["10.0.0.0/8"]'),
    ("Service", _set("spec/externalTrafficPolicy", "Local"), "wrong-value", '"Local"'),
    ("DaemonSet", _set("spec/updateStrategy", {"rollingUpdate": {"maxSurge": 1}}), "refused-object", '"maxSurge"'),
    ("DaemonSet", _set("spec/updateStrategy", {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 0}}), "refused-object", "0"),
    ("Deployment", _set(f"{POD}/dnsPolicy", "None"), "missing-field", "nameservers"),
    ("Deployment", _set(f"{C}/securityContext", {"privileged": True, "allowPrivilegeEscalation": False}), "wrong-value", "false"),
    ("HorizontalPodAutoscaler", _set("spec/behavior", {"scaleDown": {"stabilizationWindowSeconds": 3601}}), "wrong-value", "3601"),
    ("Service", _set("spec/loadBalancerClass", "example.com/lb"), "wrong-value", '"example.com/lb"'),
    *(("CronJob", _set("spec/schedule", each), "wrong-value", f'"{each}"') for each in WRONG_SCHEDULES),
    ("Ingress", _set("spec/rules/0/http/paths/0/backend/service/port", {"name": "http", "number": 80}), "wrong-value", "80"),
    # a part by what the whole is
    ("Service", _set("spec/ports/0/nodePort", 30080), "refused-object", "30080"),
    ("Service", _set("spec", {"type": "LoadBalancer", "ports": [{"port": 10250}]}), "refused-object", "10250"),
    ("Service", _set("spec", {"type": "ExternalName", "externalName": "a.b", "clusterIP": "10.0.0.1"}), "wrong-value", '"10.0.0.1"'),
    ("Service", _set("spec", {"type": "ExternalName", "externalName": "http://a.b"}), "wrong-value", '"http://a.b"'),
    ("Service", _set("spec", {"type": "NodePort", "ports": [NODE_PORT, {**NODE_PORT, "name": "b"}]}), "duplicate-item", "30080"),
    ("Service", _set("spec/ports", [{"name": "a", "port": 80}, {"name": "a", "port": 81}]), "duplicate-item", '"a"'),
    ("Service", _set("spec/ports/1", {"name": "more", "port": 80, "protocol": "TCP"}), "duplicate-item", "80"),
    ("Service", _set("spec/sessionAffinity", "None"), "wrong-value", "timeoutSeconds"),
    ("Service", _set("spec/sessionAffinityConfig/clientIP/timeoutSeconds", 0), "wrong-value", "0"),
    ("Service", _set("spec/healthCheckNodePort", 32000), "wrong-value", "32000"),
    ("Service", _set("spec", {"type": "LoadBalancer", "healthCheckNodePort": 32000, "ports": [{"port": 80}]}), "wrong-value", "32000"),
    ("Service", _set("spec/allocateLoadBalancerNodePorts", False), "wrong-value", "false"),
    ("Service", _set("spec/trafficDistribution", "Near"), "wrong-value", '"Near"'),
    *(("Service", _set("spec/externalIPs", [each]), "wrong-value", f'"{each}"') for each in ("127.0.0.1", "169.254.1.1", "0.0.0.0", "::1")),
    ("Ingress", _set("spec/rules/0/host", "192.0.2.1"), "wrong-value", '"192.0.2.1"'),
    *(("Ingress", _set(PATH, each), "wrong-value", f'"{each}"') for each in ("/a//b", "/a/../b", "/a/.", "/a%2fb")),
    ("Deployment", _set(f"{POD}/initContainers/1/readinessProbe", {"tcpSocket": {"port": 80}}), "refused-object", "tcpSocket"),
    ("Deployment", _set(f"{POD}/initContainers/1/lifecycle", {"preStop": {"sleep": {"seconds": 1}}}), "refused-object", "sleep"),
    ("DaemonSet", _each(_set(f"{POD}/hostNetwork", True), _set(f"{C}/ports/0/hostPort", 81)), "wrong-value", "81"),
    ("DaemonSet", _each(_set(f"{C}/ports/0/hostPort", 81), _again(f"{C}/ports", name="b", containerPort=9)), "duplicate-item", "81"),
    ("Deployment", _each(_set(f"{POD}/hostPID", True), _set(f"{POD}/shareProcessNamespace", True)), "refused-object", "true"),
    ("Pod", _each(_set("spec/nodeName", "n"), _set("spec/schedulingGates", [{"name": "a/b"}])), "wrong-value", '"n"'),
    # resources
    ("Deployment", _without(f"{C}/resources/limits/nvidia.com~1gpu"), "wrong-value", "nvidia.com/gpu"),
    ("Deployment", _set(f"{C}/resources/limits/nvidia.com~1gpu", 2), "wrong-value", "nvidia.com/gpu"),
    ("Deployment", _set(f"{C}/resources/limits/nvidia.com~1gpu", "500m"), "wrong-value", '"500m"'),
    ("Deployment", _set(f"{C}/resources/limits/mem", "1Gi"), "wrong-value", "mem"),
    ("Deployment", _set(f"{C}/resources/limits/gpu", 1), "wrong-value", "gpu"),
    # containers
    ("Deployment", _set(f"{C}/image", "web:1 "), "wrong-value", '"web:1 "'),
    ("Deployment", _set(f"{C}/readinessProbe/terminationGracePeriodSeconds", 5), "wrong-value", "5"),
    ("Deployment", _set(f"{C}/lifecycle/preStop/sleep", {"seconds": 3}), "wrong-value", "seconds"),
    ("Deployment", _set(f"{C}/lifecycle/preStop/exec", {}), "missing-field", "command"),
    ("Deployment", _set(f"{C}/volumeMounts/0/subPathExpr", "../a"), "wrong-value", '"../a"'),
    ("Deployment", _again(f"{C}/volumeMounts", mountPath="/b", subPath="a", subPathExpr="b"), "wrong-value", '"b"'),
    ("Deployment", _set(f"{C}/volumeMounts/0/mountPropagation", "Bidirectional"), "refused-object", '"Bidirectional"'),
    ("Deployment", _set(f"{C}/volumeDevices", [{"name": "data", "devicePath": "/data"}]), "refused-object", '"/data"'),
    ("Deployment", _set(f"{C}/securityContext/capabilities/add/0", "CAP_SYS_ADMIN"), "wrong-value", '"CAP_SYS_ADMIN"'),
    ("Deployment", _set(f"{C}/securityContext/seccompProfile", {"type": "Localhost"}), "missing-field", "localhostProfile"),
    ("Deployment", _set(f"{C}/securityContext/seccompProfile/localhostProfile", "a"), "wrong-value", '"a"'),
    ("Deployment", _set(f"{C}/env/2/valueFrom/fieldRef/fieldPath", "spec.replicas"), "wrong-value", '"spec.replicas"'),
    ("Deployment", _set(f"{C}/env/3/valueFrom/resourceFieldRef/resource", "memory"), "wrong-value", '"memory"'),
    ("Deployment", _set(f"{C}/envFrom/0/secretRef", {"name": "s"}), "wrong-value", "name"),
    # volumes
    ("Deployment", _set(f"{POD}/volumes/1/configMap/defaultMode", 644), "wrong-value", "644"),
    ("Deployment", _set(f"{POD}/volumes/1/configMap/items/0/path", "/a"), "wrong-value", '"/a"'),
    ("Deployment", _set(f"{POD}/volumes/2/projected/sources/0/configMap", {"name": "c"}), "wrong-value", '{"name": "s"}'),
    ("Deployment", _set(f"{POD}/volumes/2/projected/sources/1/serviceAccountToken/expirationSeconds", 60), "wrong-value", "60"),
    ("Deployment", _set(f"{POD}/volumes/3/hostPath/type", "Dir"), "wrong-value", '"Dir"'),
    ("Deployment", _set(f"{POD}/volumes/3/hostPath/path", "/a/../b"), "wrong-value", '"/a/../b"'),
    ("Deployment", _set(f"{POD}/volumes/0/emptyDir/sizeLimit", "-1"), "wrong-value", '"-1"'),
    ("PersistentVolume", _without("spec/hostPath"), "missing-field", "hostPath"),
    ("PersistentVolume", _set("spec/nfs", {"server": "a", "path": "/"}), "wrong-value", "server"),
    ("PersistentVolume", _each(_without("spec/hostPath"), _set("spec/local", {"path": "/d"})), "missing-field", "nodeAffinity"),
    ("PersistentVolumeClaim", _set("spec/accessModes", ["ReadWriteOncePod", "ReadOnlyMany"]), "wrong-value", '"ReadWriteOncePod"'),
    ("PersistentVolumeClaim", _set("spec/resources/requests/storage", "0"), "wrong-value", '"0"'),
    # placement
    ("Deployment", _set(f"{TERM}/matchExpressions/0/values", ["4", "8"]), "wrong-value", "there are 2"),
    # workloads
    ("Deployment", _set("spec/minReadySeconds", 600), "refused-object", "600"),
    ("Deployment", _each(_set("spec/minReadySeconds", 9), _set("spec/progressDeadlineSeconds", 9)), "wrong-value", "9"),
    ("StatefulSet", _set("spec/updateStrategy/type", "OnDelete"), "wrong-value", "partition"),
    ("StatefulSet", _set("spec/persistentVolumeClaimRetentionPolicy", {"whenDeleted": "Keep"}), "wrong-value", '"Keep"'),
    ("Job", _set("spec/backoffLimitPerIndex", 1), "wrong-value", "1"),
    ("Job", _each(_set("spec/podFailurePolicy", FAILURES), _set(f"{POD}/restartPolicy", "OnFailure")), "refused-object", '"OnFailure"'),
    ("CronJob", _set("spec/timeZone", "Local"), "wrong-value", '"Local"'),
    *(("CronJob", _set("spec/timeZone", each), "wrong-value", f'"{each}"') for each in ("Europe/Berln", "Europe", "/etc", "a//b")),
    ("CronJob", _set("spec/schedule", "TZ=UTC 0 3 * * *"), "wrong-value", '"TZ=UTC 0 3 * * *"'),
    ("HorizontalPodAutoscaler", _set("spec/minReplicas", 0), "refused-object", "minReplicas"),
    ("HorizontalPodAutoscaler", _set(f"{TARGET}/averageValue", "1"), "wrong-value", '"1"'),
    ("HorizontalPodAutoscaler", _set(TARGET, {"type": "Value", "value": "1"}), "missing-field", "averageUtilization"),
    ("HorizontalPodAutoscaler", _set(TARGET, {"type": "AverageValue", "averageValue": "0"}), "wrong-value", '"0"'),
    # quotas, data, identity, admission
    ("LimitRange", _set("spec/limits/0/type", "Pod"), "wrong-value", "cpu"),
    ("LimitRange", _set("spec/limits/0/min/cpu", "200m"), "wrong-value", '"200m"'),
    ("LimitRange", _set("spec/limits/0/maxLimitRequestRatio/cpu", "0.5"), "wrong-value", '"0.5"'),
    ("LimitRange", _set("spec/limits", [{"type": "PersistentVolumeClaim", "max": {"cpu": "1"}}]), "missing-field", "storage"),
    ("ConfigMap", _set("data/b", "hi"), "duplicate-item", '"b"'),
    ("ConfigMap", _set("data/b.c", "x" * 1048576), "wrong-value", "1,048,581"),
    ("Secret", _set("data/big", "eHh4" * 349526), "wrong-value", "1,048,"),
    *(("Secret", _set("type", f"kubernetes.io/{each}"), "missing-field", word) for each, word in SECRETS),
    ("PriorityClass", _set("value", 1000000001), "wrong-value", "1000000001"),
    ("PriorityClass", _set("metadata/name", "system-mine"), "wrong-value", '"system-mine"'),
    ("Role", _set("rules/0", {"nonResourceURLs": ["/metrics"], "verbs": ["get"]}), "refused-object", '["/metrics"]'),
    ("ClusterRoleBinding", _set("roleRef/kind", "Role"), "wrong-value", '"Role"'),
    ("ValidatingWebhookConfiguration", _set("webhooks/0/name", "hooks"), "wrong-value", '"hooks"'),
    ("ValidatingWebhookConfiguration", _again("webhooks"), "duplicate-item", '"pods.hooks.example.com"'),
    ("ValidatingWebhookConfiguration", _set("webhooks/0/rules/0/operations/0", "*"), "wrong-value", '"*"'),
    ("ValidatingWebhookConfiguration", _set("webhooks/0/rules/0/operations/0", "PATCH"), "wrong-value", '"PATCH"'),
    ("ValidatingWebhookConfiguration", _without("webhooks/0/rules/0/resources"), "missing-field", "resources"),
]


@pytest.mark.parametrize(("kind", "spoil", "code", "shown"), SPOILT)
def test_spoilt_objects_are_refused(kind: str, spoil: Spoil, code: str, shown: str) -> None:
    item = _sound()[kind]
    spoil(item)
    found = _diagnosed(json.dumps(item))
    assert code in [each for each, _ in found], found
    assert any(shown in text for each, text in found if each == code), found


@pytest.mark.parametrize(
    "schedule", ["0 3 * * *", "*/15 0-6,22 ? JAN-mar Mon", "07 00 1,15 * 0", "@daily", "@every 1h30m", "TZ=UTC 5/10 * * * *"]
)
def test_schedules_are_taken(schedule: str) -> None:
    item = _sound()["CronJob"]
    _without("spec/timeZone")(item)
    _set("spec/schedule", schedule)(item)
    assert _diagnosed(json.dumps(item)) == []


def test_volumes_of_claims_are_mounted_without_a_volume() -> None:
    item = _sound()["StatefulSet"]
    item["spec"]["template"]["spec"]["containers"][0]["volumeMounts"] = [{"name": "of-a-claim", "mountPath": "/claim"}]
    assert _diagnosed(json.dumps(item)) == []


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"verbs": ["get"], "resources": ["pods"], "apiGroups": [""]}, []),
        ({"verbs": ["get"], "nonResourceURLs": ["/healthz"]}, []),
        ({"verbs": ["get"], "resources": ["pods"]}, ["missing-field"]),
        ({"verbs": ["get"], "resources": ["pods"], "apiGroups": [""], "nonResourceURLs": ["/healthz"]}, ["wrong-value"]),
    ],
)
def test_rules_of_roles_are_of_resources_or_of_paths(rule: dict[str, Any], code: list[str]) -> None:
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "r"}, "rules": [rule]}
    assert [each for each, _ in _diagnosed(json.dumps(role))] == code


def test_all_faults_are_told_at_once() -> None:
    item = _sound()["Deployment"]
    for spoil in (_set("spec/replicas", "3"), _set(f"{C}/name", "Web"), _without("spec/selector")):
        spoil(item)
    assert sorted(code for code, _ in _diagnosed(json.dumps(item))) == ["missing-field", "wrong-kind", "wrong-value"]


@pytest.mark.parametrize("version", ["example.com/v1", "serving.knative.dev/v1", "v1"])
def test_kinds_of_others_are_left_alone(version: str) -> None:
    assert _diagnosed(json.dumps({"apiVersion": version, "kind": "Thing", "metadata": {"name": "x"}, "spec": {"replicas": "many"}})) == []
    if version != "v1":
        assert _diagnosed(json.dumps({"apiVersion": version, "kind": "Service", "metadata": {"name": "x"}, "spec": []})) == []


def test_a_bound_is_told_as_it_is() -> None:
    item = _sound()["PriorityClass"]
    _set("value", 1_000_000_001)(item)
    assert [each.help for each in apply(load(["-"], lambda: json.dumps(item))).diagnostics] == ["write a number of at most 1000000000"]


def test_null_says_nothing() -> None:
    item = _sound()["Deployment"]
    _set("spec/replicas", None)(item)
    assert _diagnosed(json.dumps(item)) == []
    _set("spec/selector", None)(item)
    assert [code for code, _ in _diagnosed(json.dumps(item))] == ["missing-field"]


@pytest.mark.parametrize("name", ["online-boutique", "bookinfo", "kube-prometheus"])
def test_published_manifests_are_taken(name: str) -> None:
    if not CORPUS.is_dir():
        pytest.skip("the manifests are not here")
    documents = load([str(CORPUS / name)], lambda: "", alternatives=True)
    assert apply(documents).diagnostics == documents.diagnostics == ()
