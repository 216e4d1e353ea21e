package io.millrace.trainer.training;

import ai.djl.Device;
import java.util.Arrays;
import java.util.List;

/**
 * The devices that {@code training.device} selects on this machine.
 *
 * @param replicas the devices that hold a copy of the weights; batches go to them in turn
 * @param count how many devices a step has; more than replicas if one CPU simulates several
 */
record Devices(List<Device> replicas, int count) {

  /**
   * Resolves the setting.
   *
   * @param gpus how many GPUs this machine has
   * @throws TrainingException if it names a GPU that does not exist, or one twice
   */
  static Devices of(String setting, int gpus) {
    if (setting.startsWith("cpu") || (setting.equals("auto") && gpus == 0)) {
      int colon = setting.indexOf(':');
      int count = colon < 0 ? 1 : Integer.parseInt(setting.substring(colon + 1));
      return new Devices(List.of(Device.cpu()), count);
    }
    int colon = setting.indexOf(':');
    String ids = colon < 0 ? "0" : setting.substring(colon + 1);
    List<Integer> chosen = Arrays.stream(ids.split(",", -1)).map(Integer::valueOf).toList();
    for (int id : chosen) {
      if (id >= gpus) {
        throw new TrainingException(
            "training.device is %s, but PyTorch sees %d GPUs here; name only GPUs that exist, or cpu"
                .formatted(setting, gpus));
      }
    }
    if (chosen.stream().distinct().count() != chosen.size()) {
      throw new TrainingException("training.device is %s; name each GPU once".formatted(setting));
    }
    return new Devices(chosen.stream().map(Device::gpu).toList(), chosen.size());
  }
}
